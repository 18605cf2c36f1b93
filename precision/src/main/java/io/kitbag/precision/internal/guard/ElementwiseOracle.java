package io.kitbag.precision.internal.guard;

import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** A function of each value, and its derivative. */
record ElementwiseOracle(DoubleUnaryOperator function, DoubleUnaryOperator derivative)
    implements Oracle {

  /** Enough terms for arguments up to 1. */
  private static final int ERF_TERMS = 25;

  @Override
  public Expected of(List<float[]> inputs) {
    float[] x = inputs.get(0);
    float[] gradient = inputs.get(1);
    double[] output = new double[x.length];
    double[] inputGradient = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      output[i] = function.applyAsDouble(x[i]);
      inputGradient[i] = gradient[i] * derivative.applyAsDouble(x[i]);
    }
    return new Expected(
        List.of(output, inputGradient),
        List.of(1, 1),
        // Where functions are made of parts of order one, these decide what rounding does.
        List.of(1 + Oracle.largest(output), 1 + Oracle.largest(inputGradient)));
  }

  static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  /** The standard normal distribution, from the series of erf around 0. */
  static double normal(double x) {
    double z = x / Math.sqrt(2);
    double term = z;
    double sum = z;
    for (int n = 1; n < ERF_TERMS; n++) {
      term *= -z * z / n;
      sum += term / (2 * n + 1);
    }
    return (1 + 2 / Math.sqrt(Math.PI) * sum) / 2;
  }

  static double normalDensity(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  static double clip(double x, double low, double high) {
    return Math.min(Math.max(x, low), high);
  }
}
