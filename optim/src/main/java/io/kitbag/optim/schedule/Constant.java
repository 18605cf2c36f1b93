package io.kitbag.optim.schedule;

/**
 * The same rate for ever.
 *
 * @param rate learning rate, ≥ 0
 */
public record Constant(double rate) implements Schedule {

  public Constant {
    Checks.requireRate("rate", rate);
  }

  @Override
  public double at(long step) {
    Checks.requireStep(step);
    return rate;
  }

  @Override
  public String toString() {
    return "constant %s".formatted(rate);
  }
}
