package io.kitbag.precision.internal.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Operations whose results are weighted sums of their inputs: sums, means, filters; and those that
 * pick values, whose weights are 0 and 1 and depend on the values.
 *
 * @param sizes of the inputs
 * @param outputs number of results
 * @param weights all that are not 0
 */
record WeightedSumOracle(List<Integer> sizes, int outputs, Weights weights) implements Oracle {

  /** Which value of which input takes part in which result. */
  interface Weights {
    void each(List<float[]> inputs, Sink sink);
  }

  /** Takes one weight. */
  interface Sink {
    void add(int output, int input, int value, double weight);
  }

  @Override
  public Expected of(List<float[]> inputs) {
    float[] gradient = inputs.get(sizes.size());
    Sums output = new Sums(outputs);
    List<Sums> gradients = sizes.stream().map(Sums::new).toList();
    weights.each(
        inputs,
        (out, input, value, weight) -> {
          output.add(out, weight * inputs.get(input)[value]);
          gradients.get(input).add(value, weight * gradient[out]);
        });
    List<Sums> all = new ArrayList<>(List.of(output));
    all.addAll(gradients);
    return new Expected(
        all.stream().map(sums -> sums.values).toList(),
        all.stream().map(sums -> IntStream.of(sums.terms).max().orElse(0)).toList(),
        all.stream().map(sums -> Oracle.largest(sums.magnitudes)).toList());
  }

  private static final class Sums {

    private final double[] values;
    private final double[] magnitudes;
    private final int[] terms;

    Sums(int size) {
      values = new double[size];
      magnitudes = new double[size];
      terms = new int[size];
    }

    void add(int at, double term) {
      values[at] += term;
      magnitudes[at] += Math.abs(term);
      terms[at]++;
    }
  }
}
