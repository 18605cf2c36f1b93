package io.kitbag.optim.schedule;

/**
 * Half a cosine from a rate down to a final one.
 *
 * <p>η_t = final + ½(1 + cos(πt/T))·(rate − final) with T = {@code steps} (arXiv 1812.01187 §5.1,
 * where final is 0; arXiv 1608.03983 eq. (5)). Step 0 has the full rate; the final one is reached
 * at step T, the first after the end, and kept.
 *
 * @param rate learning rate at step 0
 * @param steps T, at least 1
 * @param finalRate learning rate from step T on, at most {@code rate}
 */
public record Cosine(double rate, long steps, double finalRate) implements Schedule {

  public Cosine {
    Checks.requireRate("rate", rate);
    Checks.requireRate("finalRate", finalRate);
    if (steps < 1) {
      throw new IllegalArgumentException(
          "cosine over %d steps must have at least one".formatted(steps));
    }
    if (finalRate > rate) {
      throw new IllegalArgumentException(
          "cosine's finalRate=%s exceeds its rate=%s; lower one or raise the other"
              .formatted(finalRate, rate));
    }
  }

  @Override
  public double at(long step) {
    Checks.requireStep(step);
    if (step >= steps) {
      return finalRate;
    }
    return finalRate + 0.5 * (1 + Math.cos(Math.PI * step / steps)) * (rate - finalRate);
  }

  @Override
  public String toString() {
    return "cosine from %s to %s over %d steps".formatted(rate, finalRate, steps);
  }
}
