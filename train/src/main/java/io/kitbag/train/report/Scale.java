package io.kitbag.train.report;

import java.util.Arrays;
import java.util.Locale;

/**
 * Values from {@code low} to {@code high} with a tick at every multiple of {@code tick}.
 *
 * @param low a multiple of the tick
 * @param high a larger one
 */
record Scale(double low, double high, double tick) {

  /**
   * The scale that covers finite values, of which there may be none.
   *
   * @param ticks about so many, at most one more
   */
  static Scale covering(double[] values, int ticks) {
    double[] finite = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    if (finite.length == 0) {
      return new Scale(0, 1, 1);
    }
    return between(finite[0], finite[finite.length - 1], ticks);
  }

  /** As {@link #covering}. */
  static Scale between(double low, double high, int ticks) {
    double size = Math.max(Math.abs(low), Math.abs(high));
    double range = Math.max(high - low, size == 0 ? 1 : 1e-3 * size);
    double power = Math.pow(10, Math.floor(Math.log10(range / ticks)));
    double digit = range / ticks / power;
    double tick = power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    double bottom = tick * Math.floor(low / tick + 1e-9);
    double top = tick * Math.ceil(high / tick - 1e-9);
    return new Scale(bottom, Math.max(top, bottom + tick), tick);
  }

  /** 0 at the low end, 1 at the high; what lies beyond is taken to the end. */
  double share(double value) {
    return Math.min(1, Math.max(0, (value - low) / (high - low)));
  }

  int ticks() {
    return (int) Math.round((high - low) / tick) + 1;
  }

  double at(int number) {
    return low + number * tick;
  }

  /** A tick in as few digits as tell it from its neighbours. */
  String label(int number) {
    double value = Math.abs(at(number)) < tick / 2 ? 0 : at(number);
    int decimals = (int) Math.max(0, Math.ceil(-Math.log10(tick) - 1e-9));
    return decimals > 5
        ? String.format(Locale.ROOT, value == 0 ? "0" : "%.0e", value)
        : String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
