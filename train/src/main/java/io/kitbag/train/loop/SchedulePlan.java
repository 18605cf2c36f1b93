package io.kitbag.train.loop;

import io.kitbag.optim.schedule.Epochs;
import io.kitbag.optim.schedule.Schedule;

/** A learning-rate schedule that is worded in epochs, for runs whose epochs have any length. */
@FunctionalInterface
public interface SchedulePlan {

  /** The schedule in steps. */
  Schedule over(Epochs epochs);
}
