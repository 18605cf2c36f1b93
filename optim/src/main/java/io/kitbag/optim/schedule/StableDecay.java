package io.kitbag.optim.schedule;

/**
 * Constant, then falling at the end: "warm-up, stable, decay" after a warm-up (arXiv 2404.06395).
 * The constant part may be made longer later, and a run gone on with from a checkpoint in it.
 *
 * <p>Over the last D = {@code decaySteps} of {@code steps}, with x = share of D done, η = final +
 * (rate − final)·s(x), where s is 1 − x, half a cosine, or 1 − √x.
 *
 * @param rate learning rate of the constant part
 * @param steps of both parts, at least 1
 * @param decaySteps D, from 1 to {@code steps}
 * @param finalRate learning rate after the last step, at most {@code rate}
 * @param shape s
 */
public record StableDecay(double rate, long steps, long decaySteps, double finalRate, Shape shape)
    implements Schedule {

  /** How the rate falls. */
  public enum Shape {
    /** 1 − x. */
    LINEAR,
    /** ½(1 + cos πx). */
    COSINE,
    /** 1 − √x (arXiv 2405.18392). */
    SQUARE_ROOT;

    private double left(double x) {
      return switch (this) {
        case LINEAR -> 1 - x;
        case COSINE -> 0.5 * (1 + Math.cos(Math.PI * x));
        case SQUARE_ROOT -> 1 - Math.sqrt(x);
      };
    }
  }

  public StableDecay {
    Checks.requireRate("rate", rate);
    Checks.requireSteps("stable-decay", steps);
    Checks.requireFinal("stable-decay", rate, finalRate);
    if (decaySteps < 1 || decaySteps > steps) {
      throw new IllegalArgumentException(
          "decaySteps=%d must be from 1 to steps=%d".formatted(decaySteps, steps));
    }
  }

  @Override
  public double at(long step) {
    Checks.requireStep(step);
    long stable = steps - decaySteps;
    if (step <= stable) {
      return rate;
    }
    double x = Math.min(1, (double) (step - stable) / decaySteps);
    return finalRate + (rate - finalRate) * shape.left(x);
  }

  @Override
  public String toString() {
    return "constant %s, then to %s over the last %d of %d steps"
        .formatted(rate, finalRate, decaySteps, steps);
  }
}
