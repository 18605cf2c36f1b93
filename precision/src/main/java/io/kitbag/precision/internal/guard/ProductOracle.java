package io.kitbag.precision.internal.guard;

import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A product of each value with a factor that several may share.
 *
 * @param values number of values
 * @param factors number of factors
 * @param factorOf which factor a value has
 */
record ProductOracle(int values, int factors, IntUnaryOperator factorOf) implements Oracle {

  @Override
  public Expected of(List<float[]> inputs) {
    float[] x = inputs.get(0);
    float[] factor = inputs.get(1);
    float[] gradient = inputs.get(2);
    double[] output = new double[values];
    double[] inputGradient = new double[values];
    double[] factorGradient = new double[factors];
    double[] magnitudes = new double[factors];
    for (int i = 0; i < values; i++) {
      int f = factorOf.applyAsInt(i);
      output[i] = (double) x[i] * factor[f];
      inputGradient[i] = (double) gradient[i] * factor[f];
      double term = (double) gradient[i] * x[i];
      factorGradient[f] += term;
      magnitudes[f] += Math.abs(term);
    }
    return new Expected(
        List.of(output, inputGradient, factorGradient),
        List.of(1, 1, values / factors),
        List.of(Oracle.largest(output), Oracle.largest(inputGradient), Oracle.largest(magnitudes)));
  }
}
