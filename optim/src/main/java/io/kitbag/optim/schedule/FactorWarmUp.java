package io.kitbag.optim.schedule;

/**
 * Begins at a share of another schedule's first rate, then follows that schedule.
 *
 * <p>With m = {@code steps}, share f and peak η, step t has η·(f + (1 − f)·t/m) if linear, as
 * {@code torch.optim.lr_scheduler.LinearLR}, and η·f if not, as {@code ConstantLR}; step m is the
 * step 0 of the schedule that follows. {@link LinearWarmUp} is the paper's, which begins at η/m.
 *
 * @param steps number of updates, at least 1
 * @param factor f, from 0 to 1; 0.01 in torchvision's references, 1/3 in PyTorch
 * @param linear rises in a straight line; else stays at f
 * @param then what follows; its own steps start at 0
 */
public record FactorWarmUp(long steps, double factor, boolean linear, Schedule then)
    implements Schedule {

  public FactorWarmUp {
    Checks.requireSteps("warm-up", steps);
    Checks.requireShare("factor", factor);
  }

  @Override
  public double at(long step) {
    Checks.requireStep(step);
    if (step >= steps) {
      return then.at(step - steps);
    }
    return then.at(0) * (linear ? factor + (1 - factor) * step / steps : factor);
  }

  @Override
  public String toString() {
    return "%s warm-up from %s over %d steps, then %s"
        .formatted(linear ? "linear" : "constant", factor, steps, then);
  }
}
