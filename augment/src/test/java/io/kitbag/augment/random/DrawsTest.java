package io.kitbag.augment.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DrawsTest {
  private static final long TEST = Draws.purpose("test");

  @Test
  void equalKeysGiveEqualValuesAndAnyOtherKeyDoesNot() {
    long value = Draws.keyed(1, TEST, 2, 3).nextLong();
    assertThat(Draws.keyed(1, TEST, 2, 3).nextLong()).isEqualTo(value);
    assertThat(Draws.keyed(0, TEST, 2, 3).nextLong()).isNotEqualTo(value);
    assertThat(Draws.keyed(1, Draws.purpose("other"), 2, 3).nextLong()).isNotEqualTo(value);
    assertThat(Draws.keyed(1, TEST, 3, 2).nextLong()).isNotEqualTo(value);
    assertThat(Draws.keyed(1, TEST, 2, 4).nextLong()).isNotEqualTo(value);
  }

  @Test
  void valuesNeverChangeBetweenReleases() {
    Draws draws = Draws.keyed(42, TEST, 1, 7);
    assertThat(new Object[] {draws.nextLong(), draws.nextInt(1000), draws.nextGaussian()})
        .containsExactly(PINNED_LONG, PINNED_INT, PINNED_GAUSSIAN);
  }

  private static final long PINNED_LONG = 1404199824518947549L;
  private static final int PINNED_INT = 474;
  private static final double PINNED_GAUSSIAN = -1.4502134735396335;

  @Test
  void boundedValuesAreUniform() {
    Draws draws = Draws.keyed(3, TEST, 0, 0);
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[draws.nextInt(7)]++;
    }
    // Chi-square with 6 degrees of freedom exceeds 22.5 with probability 0.001.
    double chiSquare = Arrays.stream(counts).mapToDouble(c -> (c - 1e4) * (c - 1e4) / 1e4).sum();
    assertThat(chiSquare).isLessThan(22.5);
    assertThatIllegalArgumentException().isThrownBy(() -> draws.nextInt(0));
  }

  @Test
  void firstValuesOfNeighbouringKeysAreUniformAndUncorrelated() {
    int n = 20_000;
    double sum = 0;
    double product = 0;
    double last = Draws.keyed(5, TEST, 0, n).nextDouble() - 0.5;
    for (int i = 0; i < n; i++) {
      double value = Draws.keyed(5, TEST, 0, i).nextDouble() - 0.5;
      sum += value;
      product += value * last;
      last = value;
    }
    // Standard errors: 0.289 / sqrt(n) = 0.002 and 1/12 / sqrt(n) = 0.0006; four of each.
    assertThat(sum / n).isCloseTo(0, within(0.0082));
    assertThat(product / n).isCloseTo(0, within(0.0024));
  }

  @Test
  void gaussianHasMeanZeroAndVarianceOne() {
    Draws draws = Draws.keyed(9, TEST, 0, 0);
    int n = 40_000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < n; i++) {
      double value = draws.nextGaussian();
      sum += value;
      squares += value * value;
    }
    // Standard errors: 1 / sqrt(n) = 0.005 and sqrt(2 / n) = 0.0071; four of each.
    assertThat(sum / n).isCloseTo(0, within(0.02));
    assertThat(squares / n).isCloseTo(1, within(0.029));
  }

  @Test
  void everyPermutationIsEquallyLikely() {
    Draws draws = Draws.keyed(11, TEST, 0, 0);
    int[] counts = new int[64];
    for (int i = 0; i < 24_000; i++) {
      int[] order = draws.permutation(4);
      counts[order[0] + 4 * order[1] + 16 * order[2]]++;
    }
    int[] seen = Arrays.stream(counts).filter(c -> c > 0).toArray();
    assertThat(seen).hasSize(24);
    // Chi-square with 23 degrees of freedom exceeds 49.7 with probability 0.001.
    double chiSquare = Arrays.stream(seen).mapToDouble(c -> (c - 1e3) * (c - 1e3) / 1e3).sum();
    assertThat(chiSquare).isLessThan(49.7);
    assertThat(Arrays.stream(draws.permutation(100)).sorted())
        .containsExactlyElementsOf(IntStream.range(0, 100).boxed().toList());
    assertThat(draws.permutation(0)).isEmpty();
  }

  @Test
  void betaHasItsMeanAndVarianceAndSurvivesTinyParameters() {
    int n = 20_000;
    for (double[] ab : new double[][] {{0.2, 0.2}, {2, 5}, {0.5, 3}}) {
      double a = ab[0];
      double b = ab[1];
      double mean = a / (a + b);
      double variance = mean * (1 - mean) / (a + b + 1);
      double sum = 0;
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double value = Draws.keyed(3, Draws.purpose("beta"), 0, i).nextBeta(a, b);
        sum += value;
        squares += (value - mean) * (value - mean);
      }
      // Four standard errors; a variable in [0, 1] has a fourth central moment below its variance.
      assertThat(sum / n).isCloseTo(mean, within(4 * Math.sqrt(variance / n)));
      assertThat(squares / n).isCloseTo(variance, within(4 * Math.sqrt(variance / n)));
    }
    for (int i = 0; i < 1000; i++) {
      double value = Draws.keyed(3, Draws.purpose("beta"), 0, i).nextBeta(1e-4, 1e-4);
      assertThat(value).isBetween(0.0, 1.0);
    }
  }

  @Test
  void dirichletSharesSumToOneAndAreAlike() {
    int n = 10_000;
    double[] sums = new double[3];
    double[] shares = new double[3];
    double squares = 0;
    for (int i = 0; i < n; i++) {
      Draws.keyed(3, Draws.purpose("dirichlet"), 0, i).nextDirichlet(1, shares);
      assertThat(shares[0] + shares[1] + shares[2]).isCloseTo(1, within(1e-12));
      for (int k = 0; k < 3; k++) {
        sums[k] += shares[k];
      }
      squares += (shares[0] - 1.0 / 3) * (shares[0] - 1.0 / 3);
    }
    // Each share is Beta(1, 2): mean 1/3, variance 1/18.
    for (double sum : sums) {
      assertThat(sum / n).isCloseTo(1.0 / 3, within(4 * Math.sqrt(1.0 / 18 / n)));
    }
    assertThat(squares / n).isCloseTo(1.0 / 18, within(0.003));
  }
}
