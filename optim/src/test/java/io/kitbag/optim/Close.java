package io.kitbag.optim;

import static org.assertj.core.api.Assertions.assertThat;

/** Comparison of float arrays value by value. */
public final class Close {

  private Close() {}

  /**
   * Relative to the expected value, but not below the root mean square of all: a weight that comes
   * close to zero keeps the rounding of the terms that made it, which are as large as the others.
   */
  public static void assertClose(float[] actual, float[] expected, double relative) {
    double squares = 0;
    for (float value : expected) {
      squares += (double) value * value;
    }
    assertClose(actual, expected, relative, Math.sqrt(squares / Math.max(expected.length, 1)));
  }

  /**
   * Relative to the expected value, but not below {@code floor}: near zero two roundings of larger
   * terms cancel and leave an error of their size.
   */
  public static void assertClose(float[] actual, float[] expected, double relative, double floor) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      double allowed = relative * Math.max(Math.abs((double) expected[i]), floor);
      assertThat(Math.abs((double) actual[i] - expected[i]))
          .as("value %d: %s, expected %s", i, actual[i], expected[i])
          .isLessThanOrEqualTo(allowed);
    }
  }
}
