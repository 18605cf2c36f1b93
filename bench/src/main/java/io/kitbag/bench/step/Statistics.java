package io.kitbag.bench.step;

import java.util.Collection;

/** Order statistics. */
public final class Statistics {

  private Statistics() {}

  /** The middle value, or the mean of the two middle ones. */
  public static double median(Collection<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("there is no median of no values");
    }
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
