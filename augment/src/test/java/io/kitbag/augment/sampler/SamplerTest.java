package io.kitbag.augment.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplerTest {
  private static final int[] SHARDS = {7, 0, 20, 1, 12, 5};
  private static final int ALL = 45;

  @Test
  void repeatedAugmentationShowsFewerImagesSeveralTimesInARow() {
    Sampler all = new Shuffled(20, 5);
    Repeated repeated = new Repeated(all, 3);
    assertThat(repeated.size()).isEqualTo(20);
    int[] order = repeated.order(2);
    int[] images = all.order(2);
    for (int i = 0; i < 20; i++) {
      assertThat(order[i]).isEqualTo(images[i / 3]);
    }
    assertThat(Arrays.stream(order).distinct().count()).isEqualTo(7);
    assertThat(new Repeated(all, 1).order(0)).isEqualTo(all.order(0));
    // 600 epochs show 7 of 20 images: each 210 times with a deviation of sqrt(600 * 0.35 * 0.65) =
    // 11.7, here four of them.
    int[] counts = new int[20];
    for (int epoch = 0; epoch < 600; epoch++) {
      Arrays.stream(repeated.order(epoch)).distinct().forEach(i -> counts[i]++);
    }
    assertThat(Arrays.stream(counts).allMatch(c -> Math.abs(c - 210) < 49)).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Repeated(all, 0))
        .withMessageContaining("repeats=0");
  }

  @Test
  void shardShufflingShowsEveryImageOnceInAnOrderOfEachEpoch() {
    for (int shards : new int[] {1, 3, 10}) {
      for (int buffer : new int[] {1, 8, 1000}) {
        Sampler sampler = ShardShuffled.of(SHARDS, shards, buffer, 5);
        int[] first = sampler.order(0);
        assertThat(sorted(first)).containsExactly(IntStream.range(0, ALL).toArray());
        assertThat(sampler.order(0)).isEqualTo(first);
        assertThat(sampler.order(1)).isNotEqualTo(first);
        assertThat(ShardShuffled.of(SHARDS, shards, buffer, 6).order(0)).isNotEqualTo(first);
      }
    }
  }

  @Test
  void aBufferOfOneReadsShardsFromFrontToBack() {
    int[] order = ShardShuffled.of(SHARDS, 1, 1, 5).order(3);
    int breaks = 0;
    for (int i = 1; i < order.length; i++) {
      breaks += order[i] == order[i - 1] + 1 ? 0 : 1;
    }
    assertThat(breaks).as("places where another shard begins").isLessThanOrEqualTo(4);
  }

  @Test
  void severalShardsAreReadInTurn() {
    int[] order = ShardShuffled.of(new int[] {10, 10, 10, 10}, 4, 1, 5).order(0);
    for (int from = 0; from < 40; from += 4) {
      Set<Integer> shards = new HashSet<>();
      for (int i = from; i < from + 4; i++) {
        shards.add(order[i] / 10);
      }
      assertThat(shards).hasSize(4);
    }
  }

  @Test
  void anImageEntersTheBufferBeforeItLeavesIt() {
    int size = 2000;
    int[] order = ShardShuffled.of(new int[] {size}, 1, 100, 5).order(0);
    double late = 0;
    for (int place = 0; place < size; place++) {
      assertThat(order[place]).isLessThan(place + 100);
      late += Math.abs(order[place] - place);
    }
    // The time in the buffer is geometric with mean 100; half of the sum of both ways is earlier.
    assertThat(late / size).isBetween(40., 140.);
  }

  @Test
  void ranksReadDifferentShardsAndAsManyImages() {
    for (Sampler all :
        List.of(ShardShuffled.of(SHARDS, 2, 8, 5), new Shuffled(ALL, 5), new Sequential(ALL))) {
      Set<Integer> seen = new HashSet<>();
      for (int rank = 0; rank < 4; rank++) {
        Sampler part = all.shard(rank, 4);
        assertThat(part.size()).isEqualTo(ALL / 4);
        int[] order = part.order(2);
        assertThat(order).hasSize(ALL / 4);
        Arrays.stream(order).forEach(index -> assertThat(seen.add(index)).isTrue());
      }
      assertThat(seen).hasSize(44).allMatch(index -> index >= 0 && index < ALL);
      assertThat(all.shard(0, 1))
          .as("one rank")
          .extracting(s -> s.order(1))
          .isEqualTo(all.order(1));
    }
    int[] one = ShardShuffled.of(new int[] {10, 10, 10, 10}, 4, 8, 5).shard(1, 4).order(0);
    assertThat(Arrays.stream(one).map(i -> i / 10).distinct().count()).as("shards").isEqualTo(1);
  }

  @Test
  void classBalancedSamplingShowsClassesEquallyOften() {
    int[] labels = new int[103];
    Arrays.fill(labels, 0, 90, 2);
    Arrays.fill(labels, 90, 100, 0);
    Arrays.fill(labels, 100, 103, 4);
    Sampler sampler = ClassBalanced.of(labels, 1);
    int[][] seen = new int[2][103];
    for (int epoch = 0; epoch < 2; epoch++) {
      int[] byClass = new int[5];
      for (int index : sampler.order(epoch)) {
        byClass[labels[index]]++;
        seen[epoch][index]++;
      }
      assertThat(byClass[1] + byClass[3]).isZero();
      for (int label : new int[] {0, 2, 4}) {
        assertThat(byClass[label]).isBetween(34, 35);
      }
      assertThat(Arrays.stream(seen[epoch], 0, 90).max()).hasValue(1);
      for (int i = 90; i < 100; i++) {
        assertThat(seen[epoch][i]).as("an image of ten, shown in turn").isBetween(3, 4);
      }
    }
    assertThat(seen[0]).as("other images of the frequent class").isNotEqualTo(seen[1]);
    assertThat(sampler.order(0)).isEqualTo(sampler.order(0));
    int[] order = sampler.order(0);
    long switches =
        IntStream.range(1, 103).filter(i -> labels[order[i]] != labels[order[i - 1]]).count();
    assertThat(switches).as("two thirds of the neighbours differ").isBetween(55L, 80L);
  }

  @Test
  void badNumbersAreNamed() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Shuffled(4, 0).shard(2, 2))
        .withMessageContaining("rank=2 is not in 0 … 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ShardShuffled.of(SHARDS, 0, 1, 0))
        .withMessageContaining("shardsAtATime=0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Sequential(-1))
        .withMessageContaining("size=-1");
  }

  private static int[] sorted(int[] values) {
    int[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }
}
