package io.kitbag.precision.internal.guard;

import java.util.List;

/** An operation and its gradients in float64, by plain loops. */
interface Oracle {

  /**
   * @param inputs of the operation, then the gradient of its output
   */
  Expected of(List<float[]> inputs);

  /**
   * What is right and how far a sum in fp32 may be off.
   *
   * @param values the output, then the gradient of each input
   * @param terms how many products a value of each of them sums
   * @param magnitudes the largest sum of absolute products in each of them
   */
  record Expected(List<double[]> values, List<Integer> terms, List<Double> magnitudes) {}

  static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
