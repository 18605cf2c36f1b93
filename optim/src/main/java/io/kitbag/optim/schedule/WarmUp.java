package io.kitbag.optim.schedule;

/**
 * How a warm-up begins.
 *
 * @param linear rises to the peak in a straight line; else stays at its first rate
 * @param factor share of the peak at step 0, from 0 to 1; 0 for a linear one is the paper's, which
 *     begins at 1/m of the peak (see {@link LinearWarmUp}), any other {@link FactorWarmUp}
 */
public record WarmUp(boolean linear, double factor) {

  /** Linear from 0 (arXiv 1812.01187 §3.1). */
  public static final WarmUp PAPER = new WarmUp(true, 0);

  public WarmUp {
    Checks.requireShare("factor", factor);
  }

  Schedule before(long steps, Schedule schedule) {
    if (steps == 0) {
      return schedule;
    }
    return equals(PAPER)
        ? new LinearWarmUp(steps, schedule)
        : new FactorWarmUp(steps, factor, linear, schedule);
  }
}
