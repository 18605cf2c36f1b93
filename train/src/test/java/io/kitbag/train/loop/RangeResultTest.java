package io.kitbag.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.train.KitbagException;
import io.kitbag.train.loop.RangeResult.Point;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RangeResultTest {

  /** Rates of 10^-6, 10^-5.9, … and a loss that is a function of the exponent. */
  private static List<Point> points(int count, DoubleUnaryOperator loss) {
    return IntStream.range(0, count)
        .mapToObj(
            i -> {
              double exponent = -6 + i / 10.0;
              double value = loss.applyAsDouble(exponent);
              return new Point(Math.pow(10, exponent), value, value);
            })
        .toList();
  }

  @Test
  void findsTheSteepestFallAndATenthOfTheMinimum() {
    // A logistic fall, steepest at 10^-2.1, that turns up after 10^-0.5.
    RangeResult result =
        RangeResult.of(
            points(70, e -> 2 - 1 / (1 + Math.exp(-4 * (e + 2.1))) + Math.max(0, e + 0.5) * 0.1));
    assertThat(Math.log10(result.steepest())).isCloseTo(-2.1, within(1e-9));
    assertThat(Math.log10(result.minimumOverTen())).isCloseTo(-1.5, within(1e-9));
  }

  @Test
  void passesOverTheFirstTenthWhereTheMeanIsOfFewBatches() {
    RangeResult result = RangeResult.of(points(70, e -> e < -5.85 ? 0 : 1 - 0.01 * (e + 6)));
    assertThat(result.minimumOverTen()).isGreaterThan(0.01);
  }

  @Test
  void refusesToSuggestFromAFewSteps() {
    assertThatThrownBy(() -> RangeResult.of(points(9, e -> 1)))
        .isInstanceOf(KitbagException.class)
        .hasMessageContaining("after 9 steps")
        .hasMessageContaining("--from");
  }

  @Test
  void smoothsWithoutABiasTowardsZero() {
    double[] losses = {3, 1, 4, 1, 5, 9, 2, 6};
    SmoothedLoss smoothed = new SmoothedLoss();
    for (int n = 1; n <= losses.length; n++) {
      double sum = 0;
      double weights = 0;
      for (int i = 0; i < n; i++) {
        double weight = Math.pow(0.9, n - 1 - i);
        sum += weight * losses[i];
        weights += weight;
      }
      assertThat(smoothed.add(losses[n - 1])).isCloseTo(sum / weights, within(1e-12));
    }
  }
}
