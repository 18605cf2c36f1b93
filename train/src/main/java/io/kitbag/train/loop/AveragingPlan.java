package io.kitbag.train.loop;

import io.kitbag.optim.average.AveragingRule;
import io.kitbag.optim.schedule.Epochs;
import io.kitbag.optim.schedule.Schedule;
import java.util.Optional;

/** An average of the weights that is worded in epochs; see {@link SchedulePlan}. */
public interface AveragingPlan {

  /** The rule in steps; empty without an average. */
  Optional<AveragingRule> rule(Epochs epochs);

  /** What becomes of the run's schedule. */
  default Schedule schedule(Schedule schedule, Epochs epochs) {
    return schedule;
  }

  /** No average. */
  static AveragingPlan none() {
    return epochs -> Optional.empty();
  }
}
