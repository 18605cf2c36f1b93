package io.kitbag.augment.mix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.augment.EpochBatches;
import io.kitbag.augment.ImageBatch;
import io.kitbag.augment.Pipeline;
import io.kitbag.augment.PipelineBuilder;
import io.kitbag.augment.data.BuiltIn;
import io.kitbag.augment.random.Draws;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MixTest {
  private static final int HEIGHT = 13;
  private static final int WIDTH = 10;
  private static final int PLANE = HEIGHT * WIDTH;

  private static Draws draws(long index) {
    return Draws.keyed(5, Draws.purpose("test"), 0, index);
  }

  private static Mix mix(Mix.Mode mode) {
    return new Mix(0.4, 1, 0.8, 0.5, mode);
  }

  @Test
  void pixelsAreTheMixtureThatTheLabelsSayInEveryMode() {
    BatchMixer mixer = new BatchMixer();
    for (Mix.Mode mode : Mix.Mode.values()) {
      for (int images : new int[] {1, 2, 5, 8}) {
        for (int round = 0; round < 20; round++) {
          double[] original = pixels(images, round);
          ByteBuffer buffer = buffer(original);
          int[] labels = new int[images];
          for (int i = 0; i < images; i++) {
            labels[i] = i * 7 % 4;
          }
          MixedLabels mixed =
              mixer.mix(mix(mode), buffer, labels, HEIGHT, WIDTH, draws(1000 * round + images));
          MixPart[] parts = mix(mode).draw(images, HEIGHT, WIDTH, draws(1000 * round + images));
          for (int i = 0; i < images; i++) {
            assertThat(mixed.other()[i]).isEqualTo(labels[images - 1 - i]);
            assertImage(original, buffer, i, images, parts[i], mixed.lambda()[i]);
          }
        }
      }
    }
  }

  /** Real arithmetic on the original pixels: half a level of rounding, none inside a box. */
  private static void assertImage(
      double[] original, ByteBuffer actual, int image, int images, MixPart part, double lambda) {
    int partner = images - 1 - image;
    int pasted = 0;
    for (int k = 0; k < 3 * PLANE; k++) {
      int y = k % PLANE / WIDTH;
      int x = k % WIDTH;
      double own = original[image * 3 * PLANE + k];
      double other = original[partner * 3 * PLANE + k];
      double expected = lambda * own + (1 - lambda) * other;
      if (part.hasBox()) {
        boolean inside =
            y >= part.top() && y < part.bottom() && x >= part.left() && x < part.right();
        expected = inside ? other : own;
        pasted += inside ? 1 : 0;
      }
      assertThat((double) (actual.get(image * 3 * PLANE + k) & 0xff))
          .isCloseTo(expected, within(part.hasBox() ? 0.0 : 0.5));
    }
    if (part.hasBox()) {
      // The share of the label is rounded to 65536ths.
      assertThat(lambda).isCloseTo(1 - pasted / (3.0 * PLANE), within(0x1p-17));
    }
  }

  @Test
  void targetsAreProbabilitiesWithTheSumOneAndTheRightClasses() {
    MixedLabels mixed =
        new MixedLabels(new int[] {0, 2, 1}, new int[] {1, 2, 0}, new float[] {0.75f, 0.3f, 1});
    assertThat(mixed.targets(3))
        .containsExactly(new float[] {0.75f, 0.25f, 0, 0, 0, 1, 0, 1, 0}, within(1e-7f));
    BatchMixer mixer = new BatchMixer();
    for (int round = 0; round < 300; round++) {
      int[] labels = {round % 5, 1, 2, 3, 4, 4};
      float[] targets =
          mixer
              .mix(mix(Mix.Mode.ELEM), buffer(pixels(6, 0)), labels, HEIGHT, WIDTH, draws(round))
              .targets(5);
      for (int i = 0; i < 6; i++) {
        float sum = 0;
        for (int k = 0; k < 5; k++) {
          assertThat(targets[5 * i + k]).isBetween(0f, 1f);
          sum += targets[5 * i + k];
        }
        assertThat(sum).isEqualTo(1f);
      }
    }
  }

  @Test
  void batchesArePlainMixedAndCutInTheirProportions() {
    Mix mix = new Mix(1, 1, 0.7, 0.25, Mix.Mode.BATCH);
    int n = 8000;
    int blends = 0;
    int boxes = 0;
    for (int i = 0; i < n; i++) {
      MixPart part = mix.draw(2, 100, 100, draws(i))[0];
      boxes += part.hasBox() ? 1 : 0;
      blends += !part.hasBox() && !part.isWhole() ? 1 : 0;
    }
    // Four standard deviations of a share are at most 4 * sqrt(0.25 / n) = 0.022. Boxes of less
    // than two pixels, 4 in 10,000, paste nothing.
    assertThat((double) blends / n).isCloseTo(0.7 * 0.75, within(0.022));
    assertThat((double) boxes / n).isCloseTo(0.7 * 0.25, within(0.018));
  }

  @Test
  void mixupSharesFollowTheBetaDistribution() {
    for (double alpha : new double[] {0.2, 1, 4}) {
      int n = 20_000;
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double lambda = Mix.mixup(alpha).draw(2, 8, 8, draws(i))[0].lambda();
        sum += lambda;
        squares += (lambda - 0.5) * (lambda - 0.5);
      }
      // Beta(α, α): mean 1/2, variance 1 / (4 (2α + 1)); four standard errors, the fourth moment
      // being at most a quarter of the variance.
      double variance = 1 / (4 * (2 * alpha + 1));
      assertThat(sum / n).isCloseTo(0.5, within(4 * Math.sqrt(variance / n)));
      assertThat(squares / n).isCloseTo(variance, within(4 * Math.sqrt(variance / 4 / n)));
    }
  }

  @Test
  void boxesHaveTheSizeOfTheirShareAndCentresEverywhere() {
    int n = 20_000;
    double above = 0;
    double below = 0;
    double area = 0;
    for (int i = 0; i < n; i++) {
      MixPart part = Mix.cutmix(1).draw(2, 64, 64, draws(i))[0];
      if (part.hasBox()) {
        area += (part.bottom() - part.top()) * (part.right() - part.left()) / 4096.0;
        above += part.top() == 0 ? 1 : 0;
        below += part.bottom() == 64 ? 1 : 0;
      }
    }
    // An unclipped box of side s covers s², and along one axis a centre uniform in [0, 1) leaves
    // s - s²/4 of it, so the area is E[(s - s²/4)²] with s² uniform:
    // E[s²] - E[s³]/2 + E[s⁴]/16 = 1/2 - 1/5 + 1/48 = 0.3208; sides are cut to even numbers,
    // which takes at most 2 of 64 pixels off each side.
    assertThat(area / n).isBetween(0.30, 0.325);
    // Of 64 centres, h/2 + 1 make a box of side h touch the top and h/2 the bottom; E[h] = 64 *
    // 2/3.
    assertThat(above / n).isCloseTo(22.0 / 64, within(0.02));
    assertThat(below / n).isCloseTo(21.0 / 64, within(0.02));
  }

  @Test
  void elementsOfAPairShareTheirPartOnlyWhereTheModeSaysSo() {
    MixPart[] batch = mix(Mix.Mode.BATCH).draw(6, 32, 32, draws(3));
    assertThat(Set.of(batch[0])).containsAll(List.of(batch));
    MixPart[] pairs = Mix.mixup(1).withMode(Mix.Mode.PAIR).draw(6, 32, 32, draws(3));
    assertThat(pairs[0]).isEqualTo(pairs[5]).isNotEqualTo(pairs[1]);
    MixPart[] elements = Mix.mixup(1).withMode(Mix.Mode.ELEM).draw(6, 32, 32, draws(3));
    assertThat(new HashSet<>(List.of(elements))).hasSize(6);
  }

  @Test
  void mixedBatchesDoNotDependOnWorkersOrOnWhereAnEpochIsEntered() {
    List<List<Object>> one = seen(pipeline().workers(1).build().epoch(1));
    assertThat(seen(pipeline().workers(3).build().epoch(1))).isEqualTo(one);
    assertThat(seen(pipeline().workers(2).build().epoch(1, 2))).isEqualTo(one.subList(2, 5));
    assertThat(seen(pipeline().workers(1).build().epoch(0))).isNotEqualTo(one);
  }

  @Test
  void mixingEndsAtItsLastEpoch() {
    Pipeline pipeline = pipeline().mix(Mix.mixup(0.2), 2).build();
    for (int epoch = 0; epoch < 4; epoch++) {
      try (EpochBatches batches = pipeline.epoch(epoch);
          ImageBatch batch = batches.next()) {
        assertThat(batch.mixedLabels().isPresent()).as("epoch %d", epoch).isEqualTo(epoch < 2);
      }
    }
  }

  @Test
  void argumentsAreCheckedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mix.mixup(-0.1))
        .withMessageContaining("mixupAlpha=-0.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Mix.mixup(0))
        .withMessageContaining("mixupAlpha and cutmixAlpha");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Mix(1, 1, 1.1, 0, Mix.Mode.BATCH))
        .withMessageContaining("probability=1.1");
  }

  private static PipelineBuilder pipeline() {
    return Pipeline.of(BuiltIn.test(0, 23))
        .batchSize(5)
        .shuffle(true)
        .seed(9)
        .mix(Mix.mixupOrCutmix(0.2, 1).withMode(Mix.Mode.ELEM));
  }

  private static List<List<Object>> seen(EpochBatches epoch) {
    List<List<Object>> seen = new ArrayList<>();
    try (epoch) {
      while (epoch.hasNext()) {
        try (ImageBatch batch = epoch.next()) {
          ByteBuffer copy = ByteBuffer.allocate(batch.pixelsNCHW().remaining());
          copy.put(batch.pixelsNCHW()).flip();
          List<Float> targets = new ArrayList<>();
          for (float share : batch.mixedLabels().orElseThrow().targets(10)) {
            targets.add(share);
          }
          seen.add(List.of(copy, targets));
        }
      }
    }
    return seen;
  }

  private static double[] pixels(int images, int seed) {
    double[] values = new double[images * 3 * PLANE];
    Draws random = draws(77 + seed);
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextInt(256);
    }
    return values;
  }

  private static ByteBuffer buffer(double[] values) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(values.length);
    for (int i = 0; i < values.length; i++) {
      buffer.put(i, (byte) (int) values[i]);
    }
    return buffer;
  }
}
