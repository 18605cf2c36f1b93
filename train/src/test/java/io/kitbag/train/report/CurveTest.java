package io.kitbag.train.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.train.report.Curve.Kind;
import org.junit.jupiter.api.Test;

class CurveTest {

  @Test
  void keepsEveryValueOfAShortRun() {
    Curve curve = new Curve(Kind.MEAN);
    for (int i = 1; i <= Curve.MOST; i++) {
      curve.add(i, 1, i * i);
    }
    assertThat(curve.size()).isEqualTo(Curve.MOST);
    assertThat(curve.step(9)).isEqualTo(10);
    assertThat(curve.value(9)).isEqualTo(100);
  }

  @Test
  void isThinnedToMeansOfStretchesThatFollowEachOther() {
    Curve curve = new Curve(Kind.MEAN);
    // Powers of two between the values and the points, so that the stretches come out even.
    int values = 16 * Curve.MOST;
    for (int i = 1; i <= values; i++) {
      curve.add(i, 1, i);
    }
    assertThat(curve.size()).isBetween(Curve.MOST / 2, Curve.MOST);
    long stretch = curve.step(0);
    for (int i = 0; i < curve.size(); i++) {
      assertThat(curve.step(i)).as("point %d", i).isEqualTo((i + 1) * stretch);
      // The mean of consecutive numbers is half the sum of first and last; sums round.
      assertThat(curve.value(i))
          .as("point %d", i)
          .isCloseTo((i * stretch + 1 + (i + 1) * stretch) / 2., within(1e-8));
    }
  }

  @Test
  void weighsAValueWithItsSteps() {
    Curve curve = new Curve(Kind.MEAN);
    for (int i = 0; i < 2 * Curve.MOST; i++) {
      curve.add(50 * i, i % 2 == 0 ? 30 : 10, i % 2 == 0 ? 1 : 5);
    }
    curve.add(50L * 2 * Curve.MOST, 1, 0);
    assertThat(curve.value(0)).isCloseTo(2, within(1e-12));
  }

  @Test
  void keepsTheLastOfAStretchWhereAMeanWouldBeNoValueThatWasUsed() {
    Curve curve = new Curve(Kind.LAST);
    for (int i = 0; i <= Curve.MOST; i++) {
      curve.add(i, 1, i % 2 == 0 ? 1024 : 2048);
    }
    assertThat(curve.value(0)).isEqualTo(2048);
  }

  @Test
  void hasAGapOnlyWhereAWholeStretchHasNoValue() {
    Curve curve = new Curve(Kind.MEAN);
    double[] beginning = {Double.NaN, Double.NaN, Double.NaN, 3, 5, Double.NaN};
    for (int i = 0; i <= Curve.MOST; i++) {
      curve.add(i, 1, i < beginning.length ? beginning[i] : 1);
    }
    assertThat(curve.value(0)).isNaN();
    assertThat(curve.value(1)).isEqualTo(3);
    assertThat(curve.value(2)).isEqualTo(5);
    assertThat(curve.value(3)).isEqualTo(1);
  }
}
