package io.kitbag.optim.schedule;

/**
 * Lowers the rate when a measurement stops getting better, as {@code
 * torch.optim.lr_scheduler.ReduceLROnPlateau} with its relative threshold: the one schedule that
 * depends on what was seen. What it has seen is a {@link State}, a value.
 *
 * @param higherIsBetter as for accuracy; not as for a loss
 * @param factor multiplies the rate, in (0, 1); 0.1 in PyTorch
 * @param patience measurements without improvement that are let pass, ≥ 0; 10 in PyTorch
 * @param threshold an improvement must be by this share of the best, ≥ 0; 1e-4 in PyTorch
 * @param cooldown measurements after a reduction that do not count, ≥ 0; 0 in PyTorch
 */
public record Plateau(
    boolean higherIsBetter, double factor, int patience, double threshold, int cooldown) {

  /**
   * What was seen so far.
   *
   * @param best the best measurement
   * @param bad measurements since that did not improve on it
   * @param cooling measurements left that do not count
   * @param reductions how often the rate was lowered
   */
  public record State(double best, int bad, int cooling, int reductions) {}

  public Plateau {
    if (!(factor > 0 && factor < 1)) {
      throw new IllegalArgumentException(
          "plateau's factor=%s must be above 0 and below 1".formatted(factor));
    }
    if (patience < 0 || cooldown < 0 || !(threshold >= 0)) {
      throw new IllegalArgumentException(
          "plateau's patience=%d, cooldown=%d and threshold=%s must not be negative"
              .formatted(patience, cooldown, threshold));
    }
  }

  /** Nothing seen. */
  public State start() {
    return new State(higherIsBetter ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY, 0, 0, 0);
  }

  /** After one more measurement; one that is not a number is no improvement. */
  public State after(State seen, double measurement) {
    boolean better =
        higherIsBetter
            ? measurement > seen.best() * (1 + threshold)
            : measurement < seen.best() * (1 - threshold);
    double best = better ? measurement : seen.best();
    boolean cools = seen.cooling() > 0;
    int bad = better || cools ? 0 : seen.bad() + 1;
    return bad > patience
        ? new State(best, 0, cooldown, seen.reductions() + 1)
        : new State(best, bad, cools ? seen.cooling() - 1 : 0, seen.reductions());
  }

  /**
   * A rate as lowered so far.
   *
   * @param rate what another schedule says
   * @param lowest where lowering ends
   */
  public double lowered(double rate, double lowest, State seen) {
    return seen.reductions() == 0
        ? rate
        : Math.min(rate, Math.max(lowest, rate * Math.pow(factor, seen.reductions())));
  }
}
