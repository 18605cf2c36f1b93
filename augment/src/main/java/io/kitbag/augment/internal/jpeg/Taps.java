package io.kitbag.augment.internal.jpeg;

import java.util.Arrays;

/**
 * Which samples make each target pixel along one axis, and their weights.
 *
 * <p>The filter is Pillow's antialiased bilinear one: a triangle of half-width max(1, scale)
 * samples around the target's centre, cut off at the edges. Weights are whole numbers that sum to
 * {@code unit}; taps that round to nothing are left out, and every target gets as many as the one
 * with the most.
 */
final class Taps {
  /** How many samples make a target pixel. */
  int count;

  /** The first of them, in samples from the start of the plane. */
  int[] start = new int[0];

  /** {@link #count} weights for each target pixel. */
  int[] weights = new int[0];

  private int[] all = new int[0];
  private int[] firsts = new int[0];
  private double[] exact = new double[0];

  /**
   * Computes the taps.
   *
   * @param from where the first target pixel begins, in samples
   * @param to where the last one ends
   * @param low the first sample that may be used
   * @param high the end of those that may, exclusive
   * @param size how many target pixels
   * @param mirrored whether the target runs the other way
   */
  void prepare(double from, double to, int low, int high, int size, int unit, boolean mirrored) {
    double scale = (to - from) / size;
    double support = Math.max(1, scale);
    double slope = 1 / support;
    int most = 2 * (int) Math.ceil(support) + 1;
    grow(size, most);
    count = 1;
    for (int i = 0; i < size; i++) {
      double centre = from + (i + 0.5) * scale;
      int first = Math.max(low, (int) Math.floor(centre - support + 0.5));
      int end = Math.min(high, (int) Math.floor(centre + support + 0.5));
      double sum = 0;
      for (int k = first; k < end; k++) {
        double weight = Math.max(0, 1 - Math.abs(k + 0.5 - centre) * slope);
        exact[k - first] = weight;
        sum += weight;
      }
      int at = i * most;
      double factor = unit / sum;
      int left = unit;
      int largest = at;
      for (int k = 0; k < end - first; k++) {
        int weight = (int) (exact[k] * factor + 0.5);
        all[at + k] = weight;
        left -= weight;
        largest = weight > all[largest] ? at + k : largest;
      }
      if (Math.abs(left) <= all[largest]) {
        all[largest] += left;
      } else {
        roundSums(at, end - first, factor);
      }
      int used = end - first;
      while (all[at + used - 1] == 0) {
        used--;
      }
      int skipped = 0;
      while (all[at + skipped] == 0) {
        skipped++;
      }
      Arrays.fill(all, at + used, at + most, 0);
      firsts[i] = first + skipped;
      count = Math.max(count, used - skipped);
    }
    compact(low, high, size, most, from, scale, support, mirrored);
  }

  /** For so many taps that what rounding loses or adds is more than one of them can make up for. */
  private void roundSums(int at, int taps, double factor) {
    double sum = 0;
    int before = 0;
    for (int k = 0; k < taps; k++) {
      sum += exact[k] * factor;
      int rounded = (int) (sum + 0.5);
      all[at + k] = rounded - before;
      before = rounded;
    }
  }

  /** Moves the weights together; what is added to reach {@link #count} has the weight 0. */
  private void compact(
      int low,
      int high,
      int size,
      int most,
      double from,
      double scale,
      double support,
      boolean mirrored) {
    for (int i = 0; i < size; i++) {
      int first = Math.max(low, (int) Math.floor(from + (i + 0.5) * scale - support + 0.5));
      int begin = Math.max(low, Math.min(firsts[i], high - count));
      int to = mirrored ? size - 1 - i : i;
      start[to] = begin;
      for (int k = 0; k < count; k++) {
        int source = begin + k - first;
        weights[to * count + k] = source >= 0 && source < most ? all[i * most + source] : 0;
      }
    }
  }

  private void grow(int size, int most) {
    if (start.length < size) {
      start = new int[size];
      firsts = new int[size];
    }
    if (weights.length < size * most) {
      weights = new int[size * most];
      all = new int[size * most];
    }
    if (exact.length < most) {
      exact = new double[most];
    }
  }
}
