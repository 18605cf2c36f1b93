package io.kitbag.optim.schedule;

import java.util.List;

/**
 * Multiplies the rate by a factor at each milestone.
 *
 * <p>η_t = rate · factor^(number of milestones ≤ t). The paper divides by 10 at epochs 30, 60 and
 * 90 (arXiv 1812.01187 §2.1): factor 0.1.
 *
 * @param rate learning rate before the first milestone
 * @param factor in (0, 1)
 * @param milestones steps, positive and rising; the step itself already has the lower rate
 */
public record StepDecay(double rate, double factor, List<Long> milestones) implements Schedule {

  public StepDecay {
    Checks.requireRate("rate", rate);
    milestones = List.copyOf(milestones);
    if (!(factor > 0 && factor < 1)) {
      throw new IllegalArgumentException(
          "step decay's factor=%s must be in (0, 1); 0.1 divides the rate by ten"
              .formatted(factor));
    }
    long previous = 0;
    for (long milestone : milestones) {
      if (milestone <= previous) {
        throw new IllegalArgumentException(
            "milestones=%s must be positive and rising".formatted(milestones));
      }
      previous = milestone;
    }
  }

  @Override
  public double at(long step) {
    Checks.requireStep(step);
    long passed = milestones.stream().filter(milestone -> milestone <= step).count();
    return rate * Math.pow(factor, passed);
  }

  @Override
  public String toString() {
    return "%s times %s at steps %s".formatted(rate, factor, milestones);
  }
}
