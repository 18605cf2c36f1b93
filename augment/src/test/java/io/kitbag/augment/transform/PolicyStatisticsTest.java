package io.kitbag.augment.transform;

import static io.kitbag.augment.image.ReferenceImages.bytes;
import static io.kitbag.augment.image.ReferenceImages.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.random.Draws;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/**
 * What the policies draw, counted. Bounds are four standard deviations of a count, sqrt(n p (1 -
 * p)), unless said otherwise.
 */
class PolicyStatisticsTest {
  private static final int N = 28_000;

  private static Draws draws(long index) {
    return Draws.keyed(23, Draws.purpose("test"), 0, index);
  }

  private static Map<AugmentOp, Integer> counts(Function<Draws, OpStep> draw) {
    Map<AugmentOp, Integer> counts = new EnumMap<>(AugmentOp.class);
    for (int i = 0; i < N; i++) {
      counts.merge(draw.apply(draws(i)).op(), 1, Integer::sum);
    }
    return counts;
  }

  private static void assertShare(int count, double p) {
    assertThat((double) count / N).isCloseTo(p, within(4 * Math.sqrt(p * (1 - p) / N)));
  }

  @Test
  void everyOperationIsEquallyLikely() {
    counts(random -> RandAugment.torchvision().draw(32, 32, random))
        .forEach((op, count) -> assertShare(count, 1.0 / 14));
    counts(random -> TrivialAugmentWide.torchvision().draw(32, 32, random))
        .forEach((op, count) -> assertShare(count, 1.0 / 14));
    Map<AugmentOp, Integer> augMix = counts(random -> AugMix.torchvision().draw(32, 32, random));
    assertThat(augMix).hasSize(13);
    augMix.forEach((op, count) -> assertShare(count, 1.0 / 13));
    AugMix withoutCorruptions = new AugMix(3, 3, 0, 1, false, Warp.torchvision());
    assertThat(counts(random -> withoutCorruptions.draw(32, 32, random)))
        .hasSize(9)
        .doesNotContainKeys(AugmentOp.BRIGHTNESS, AugmentOp.SHARPNESS);
  }

  @Test
  void timmLeavesOutOneHalfOfTheOperations() {
    Map<AugmentOp, Integer> timm =
        counts(random -> TimmRandAugment.of(6, 0.5).draw(32, 32, random));
    assertShare(timm.remove(AugmentOp.IDENTITY), 0.5);
    assertThat(timm).hasSize(15);
    timm.forEach((op, count) -> assertShare(count, 0.5 / 15));
  }

  @Test
  void sidesAreEquallyLikelyAndTheMagnitudeIsThatOfTheLevel() {
    int toTheRight = 0;
    int shears = 0;
    for (int i = 0; i < N; i++) {
      OpStep step = RandAugment.torchvision().draw(32, 32, draws(i));
      if (step.op() == AugmentOp.SHEAR_X) {
        shears++;
        toTheRight += step.argument() > 0 ? 1 : 0;
        // Level 9 of 0 … 30 up to 0.3.
        assertThat(Math.abs(step.argument())).isCloseTo(0.09, within(1e-7));
      }
    }
    assertThat((double) toTheRight / shears).isCloseTo(0.5, within(4 * Math.sqrt(0.25 / shears)));
  }

  @Test
  void trivialAugmentDrawsEveryMagnitudeUniformly() {
    int[] bins = new int[31];
    int turns = 0;
    for (int i = 0; i < 4 * N; i++) {
      OpStep step = TrivialAugmentWide.torchvision().draw(32, 32, draws(i));
      if (step.op() == AugmentOp.ROTATE) {
        turns++;
        bins[(int) Math.rint(Math.abs(step.argument()) / 4.5)]++;
      }
    }
    double expected = turns / 31.0;
    double chiSquare = Arrays.stream(bins).mapToDouble(c -> (c - expected) * (c - expected)).sum();
    // 30 degrees of freedom: 59.7 is exceeded once in 1000 times.
    assertThat(chiSquare / expected).isLessThan(59.7);
  }

  @Test
  void timmMagnitudesAreNormalAndClipped() {
    double sum = 0;
    double squares = 0;
    int turns = 0;
    for (int i = 0; i < 4 * N; i++) {
      OpStep step = TimmRandAugment.of(6, 0.5).draw(32, 32, draws(i));
      if (step.op() == AugmentOp.ROTATE) {
        double level = Math.abs(step.argument()) / 3;
        sum += level;
        squares += (level - 6) * (level - 6);
        turns++;
      }
    }
    assertThat(sum / turns).isCloseTo(6, within(4 * 0.5 / Math.sqrt(turns)));
    assertThat(squares / turns).isCloseTo(0.25, within(4 * 0.25 * Math.sqrt(2.0 / turns)));
    for (int i = 0; i < 1000; i++) {
      OpStep step = TimmRandAugment.of(9.5, 5).draw(32, 32, draws(i));
      if (step.op() == AugmentOp.SHEAR_X) {
        assertThat(Math.abs(step.argument())).isBetween(0.0, 0.3 + 1e-12);
      }
    }
  }

  @Test
  void autoAugmentAppliesItsPairsWithTheirProbabilities() {
    // The share that no step touches follows from the table; some steps change nothing besides.
    AutoAugmentPolicy policy = AutoAugmentPolicy.CIFAR10;
    assertThat(policy.pairs()).hasSize(25);
    double untouched = 0;
    for (AutoAugmentPolicy.Pair pair : policy.pairs()) {
      untouched += (1 - pair.first().probability()) * (1 - pair.second().probability()) / 25;
    }
    AutoAugment transform = new AutoAugment(policy, Warp.torchvision());
    byte[] original = bytes(pattern(24, 20));
    int same = 0;
    int n = 5000;
    for (int i = 0; i < n; i++) {
      PixelImage image = pattern(24, 20);
      transform.apply(image, draws(i));
      same += Arrays.equals(bytes(image), original) ? 1 : 0;
    }
    // Four standard deviations are 0.02; colour at level 0, for one, is a step that changes
    // nothing.
    assertThat((double) same / n).isBetween(untouched - 0.03, untouched + 0.1);
  }

  @Test
  void augMixEqualsThePlainBlend() {
    for (int i = 0; i < 40; i++) {
      PixelImage image = pattern(19, 14);
      AugMix augMix = AugMix.torchvision();
      augMix.apply(image, draws(i));

      Draws random = draws(i);
      double own = random.nextBeta(1, 1);
      double[] shares = new double[3];
      random.nextDirichlet(1, shares);
      PixelImage original = pattern(19, 14);
      double[] blend = new double[original.length()];
      for (int k = 0; k < blend.length; k++) {
        blend[k] = own * (original.pixels()[k] & 0xff);
      }
      for (double share : shares) {
        PixelImage chain = pattern(19, 14);
        int depth = 1 + random.nextInt(3);
        for (int d = 0; d < depth; d++) {
          augMix.draw(19, 14, random).apply(chain, augMix.warp());
        }
        for (int k = 0; k < blend.length; k++) {
          blend[k] += (1 - own) * share * (chain.pixels()[k] & 0xff);
        }
      }
      for (int k = 0; k < blend.length; k++) {
        // Rounded to the nearest in single precision.
        assertThat((double) (image.pixels()[k] & 0xff)).isCloseTo(blend[k], within(0.5001));
      }
    }
  }

  @Test
  void policiesGiveTheSameImageForTheSameDraws() {
    List<Transform> policies =
        List.of(
            RandAugment.torchvision(),
            TrivialAugmentWide.torchvision(),
            new AutoAugment(AutoAugmentPolicy.IMAGENET, Warp.torchvision()),
            AugMix.torchvision(),
            TimmRandAugment.of(9, 0.5));
    for (Transform policy : policies) {
      PixelImage reused = new PixelImage();
      boolean changed = false;
      for (int i = 0; i < 60; i++) {
        reused.copyFrom(pattern(21 + i % 3, 17));
        policy.apply(reused, draws(i));
        PixelImage fresh = pattern(21 + i % 3, 17);
        policy.apply(fresh, draws(i));
        assertThat(bytes(reused)).as("%s %d", policy, i).isEqualTo(bytes(fresh));
        changed |= !Arrays.equals(bytes(fresh), bytes(pattern(21 + i % 3, 17)));
      }
      assertThat(changed).isTrue();
    }
  }

  @Test
  void argumentsAreCheckedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RandAugment(2, 31, 31, Warp.torchvision()))
        .withMessageContaining("magnitude=31");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TimmRandAugment.of(11, 0))
        .withMessageContaining("magnitude=11");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AugMix(3, 3, 0, 0, true, Warp.torchvision()))
        .withMessageContaining("alpha=0");
  }
}
