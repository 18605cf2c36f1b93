package io.kitbag.optim.schedule;

/**
 * Rises in a straight line from 0 to another schedule's first rate, then follows that schedule.
 *
 * <p>With m = {@code steps} and peak η, update i has i·η/m for i = 1 … m (arXiv 1812.01187 §3.1).
 * As steps are counted from 0, step 0 has η/m and step m − 1 has η; step m is the step 0 of the
 * schedule that follows.
 *
 * @param steps number of updates, at least 1
 * @param then what follows; its own steps start at 0
 */
public record LinearWarmUp(long steps, Schedule then) implements Schedule {

  public LinearWarmUp {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "warm-up of %d steps must have at least one; leave it out for none".formatted(steps));
    }
  }

  @Override
  public double at(long step) {
    Checks.requireStep(step);
    return step < steps ? then.at(0) * (step + 1) / steps : then.at(step - steps);
  }

  @Override
  public String toString() {
    return "linear warm-up over %d steps, then %s".formatted(steps, then);
  }
}
