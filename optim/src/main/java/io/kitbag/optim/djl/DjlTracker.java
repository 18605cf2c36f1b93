package io.kitbag.optim.djl;

import ai.djl.training.tracker.Tracker;
import io.kitbag.optim.schedule.Schedule;

/**
 * A schedule as DJL's {@code Tracker}, for DJL's own optimizers; {@link DjlOptimizer} takes the
 * schedule itself, in double precision.
 *
 * <p>DJL counts updates from 1 where a schedule counts steps from 0, so update n has the rate of
 * step n − 1. A pure function: safe for any thread.
 */
public final class DjlTracker implements Tracker {

  private final Schedule schedule;

  private DjlTracker(Schedule schedule) {
    this.schedule = schedule;
  }

  /** The tracker that gives a schedule's rates. */
  public static DjlTracker of(Schedule schedule) {
    return new DjlTracker(schedule);
  }

  /**
   * The learning rate of an update.
   *
   * @param numUpdate 1 for the first one; less counts as 1
   */
  @Override
  public float getNewValue(int numUpdate) {
    return (float) schedule.at(Math.max(numUpdate, 1) - 1L);
  }

  @Override
  public String toString() {
    return schedule.toString();
  }
}
