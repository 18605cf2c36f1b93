package io.kitbag.optim.schedule;

/**
 * A power of what is left of the run: η_t = final + (rate − final)·(1 − t/T)^power, as {@code
 * torch.optim.lr_scheduler.PolynomialLR} and GluonCV's {@code poly}.
 *
 * @param rate learning rate at step 0
 * @param steps T, at least 1
 * @param power positive; 1 is a straight line (PyTorch), GluonCV takes 2
 * @param finalRate learning rate from step T on, at most {@code rate}
 */
public record Polynomial(double rate, long steps, double power, double finalRate)
    implements Schedule {

  public Polynomial {
    Checks.requireRate("rate", rate);
    Checks.requireSteps("polynomial", steps);
    Checks.requireFinal("polynomial", rate, finalRate);
    if (!(power > 0 && power < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "power=%s of a polynomial must be positive and finite".formatted(power));
    }
  }

  @Override
  public double at(long step) {
    Checks.requireStep(step);
    double left = step >= steps ? 0 : 1 - (double) step / steps;
    return finalRate + (rate - finalRate) * Math.pow(left, power);
  }

  @Override
  public String toString() {
    return "polynomial of power %s from %s to %s over %d steps"
        .formatted(power, rate, finalRate, steps);
  }
}
