package io.kitbag.optim.schedule;

/**
 * Rates that rise from one to another by the same factor at every step: the learning-rate range
 * test (Smith, arXiv 1506.01186 §3.3, there in equal differences; fastai's {@code lr_find} in equal
 * factors).
 *
 * @param from rate of step 0, positive
 * @param to rate of the last step, above {@code from}
 * @param steps at least 2
 */
public record ExponentialRange(double from, double to, long steps) implements Schedule {

  public ExponentialRange {
    if (!(from > 0 && to > from && to < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "a range needs 0 < from < to, not from=%s, to=%s".formatted(from, to));
    }
    if (steps < 2) {
      throw new IllegalArgumentException("steps=%d must be at least 2".formatted(steps));
    }
  }

  @Override
  public double at(long step) {
    Checks.requireStep(step);
    return step >= steps - 1 ? to : from * Math.pow(to / from, (double) step / (steps - 1));
  }
}
