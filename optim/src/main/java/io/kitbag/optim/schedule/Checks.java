package io.kitbag.optim.schedule;

/** Argument checks that schedules share. */
final class Checks {

  private Checks() {}

  static void requireStep(long step) {
    if (step < 0) {
      throw new IllegalArgumentException(
          "step=%d: steps are counted from 0, the first update".formatted(step));
    }
  }

  static void requireBatch(int batch) {
    if (batch < 1) {
      throw new IllegalArgumentException("batch=%d must be at least 1".formatted(batch));
    }
  }

  static void requireSteps(String what, long steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "%s over %d steps must have at least one".formatted(what, steps));
    }
  }

  static void requireShare(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("%s=%s must be from 0 to 1".formatted(name, value));
    }
  }

  static void requireFinal(String what, double rate, double finalRate) {
    requireRate("finalRate", finalRate);
    if (finalRate > rate) {
      throw new IllegalArgumentException(
          "%s's finalRate=%s exceeds its rate=%s; lower one or raise the other"
              .formatted(what, finalRate, rate));
    }
  }

  static void requireRate(String name, double rate) {
    if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s=%s must be finite and not negative".formatted(name, rate));
    }
  }
}
