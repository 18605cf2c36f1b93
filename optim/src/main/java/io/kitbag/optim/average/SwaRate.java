package io.kitbag.optim.average;

import io.kitbag.optim.schedule.Schedule;

/**
 * The learning rate of a run with {@link Swa}: another schedule's up to a step, then constant or
 * cyclic.
 *
 * <p>In a cycle of c steps the rate falls in a straight line from {@code high} to {@code low},
 * which its last step has: (1 − t)·high + t·low with t = 1/c, 2/c, … 1 (arXiv 1803.05407 §3.2).
 * With c = 1 it is always {@code low}.
 *
 * @param before the schedule before
 * @param from the first step of the averaged part
 * @param high ≥ {@code low}
 * @param low ≥ 0
 * @param cycle c, at least 1
 */
public record SwaRate(Schedule before, long from, double high, double low, long cycle)
    implements Schedule {

  public SwaRate {
    if (from < 0 || cycle < 1) {
      throw new IllegalArgumentException(
          "SWA's learning rate needs from of at least 0 and a cycle of at least 1, not from=%d, cycle=%d"
              .formatted(from, cycle));
    }
    if (!(low >= 0 && low <= high && high < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "SWA's learning rate needs 0 <= low <= high, not low=%s, high=%s".formatted(low, high));
    }
  }

  @Override
  public double at(long step) {
    if (step < from) {
      return before.at(step);
    }
    double ran = (double) ((step - from) % cycle + 1) / cycle;
    return (1 - ran) * high + ran * low;
  }
}
