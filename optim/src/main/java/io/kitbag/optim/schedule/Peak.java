package io.kitbag.optim.schedule;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleFunction;

/**
 * The highest learning rate of a run and the warm-up that leads to it; what comes afterwards makes
 * it a {@link Schedule}.
 *
 * <p>All steps given here are counted from the start of the run, warm-up included, as recipes give
 * them ("120 epochs, 5 of them warm-up"). A schedule of another shape joins by {@link #then}.
 *
 * @param rate learning rate, ≥ 0
 * @param warmUpSteps updates of warm-up; 0 for none
 * @param warmUp how it begins
 */
public record Peak(double rate, long warmUpSteps, WarmUp warmUp) {

  public Peak {
    Checks.requireRate("rate", rate);
    if (warmUpSteps < 0) {
      throw new IllegalArgumentException(
          "warmUpSteps=%d must not be negative".formatted(warmUpSteps));
    }
  }

  /** The same peak after a warm-up of so many updates, 0 for none: see {@link LinearWarmUp}. */
  public Peak warmUp(long steps) {
    return warmUp(steps, WarmUp.PAPER);
  }

  /** The same peak after a warm-up of so many updates, 0 for none. */
  public Peak warmUp(long steps, WarmUp shape) {
    if (warmUpSteps != 0) {
      throw new IllegalArgumentException(
          "warm-up is already %d steps; give it once".formatted(warmUpSteps));
    }
    return new Peak(rate, steps, shape);
  }

  /** Stays at the peak. */
  public Schedule constant() {
    return then(Constant::new);
  }

  /** Falls to 0 along half a cosine: see {@link Cosine}. */
  public Schedule cosine(long totalSteps) {
    return cosine(totalSteps, 0);
  }

  /**
   * Falls along half a cosine: see {@link Cosine}.
   *
   * @param totalSteps updates of the whole run, warm-up included
   * @param finalRate learning rate at the end
   */
  public Schedule cosine(long totalSteps, double finalRate) {
    requireAfterWarmUp("totalSteps", totalSteps);
    return then(peak -> new Cosine(peak, totalSteps - warmUpSteps, finalRate));
  }

  /** Falls along cosines that start anew: see {@link CosineCycles}; they share the steps evenly. */
  public Schedule cosineCycles(long totalSteps, int cycles, double decay, double finalRate) {
    requireAfterWarmUp("totalSteps", totalSteps);
    long each = Math.max(1, (totalSteps - warmUpSteps) / Math.max(1, cycles));
    return then(peak -> new CosineCycles(peak, each, cycles, decay, finalRate));
  }

  /** Falls with a power of what is left: see {@link Polynomial}. */
  public Schedule polynomial(long totalSteps, double power, double finalRate) {
    requireAfterWarmUp("totalSteps", totalSteps);
    return then(peak -> new Polynomial(peak, totalSteps - warmUpSteps, power, finalRate));
  }

  /** Stays at the peak and falls at the end: see {@link StableDecay}. */
  public Schedule stableDecay(
      long totalSteps, long decaySteps, double finalRate, StableDecay.Shape shape) {
    requireAfterWarmUp("totalSteps", totalSteps);
    long steps = totalSteps - warmUpSteps;
    return then(
        peak -> new StableDecay(peak, steps, Math.min(decaySteps, steps), finalRate, shape));
  }

  /** Rises from far below and falls far below: see {@link OneCycle}. */
  public Schedule oneCycle(
      long totalSteps, double peakAt, double divisor, double finalDivisor, boolean cosine) {
    requireAfterWarmUp("totalSteps", totalSteps);
    long steps = totalSteps - warmUpSteps;
    return then(peak -> new OneCycle(peak, steps, peakAt, divisor, finalDivisor, cosine));
  }

  /** Rises and falls in straight lines: see {@link Triangular}. */
  public Schedule triangular(long totalSteps, double start, double peakAt, double end) {
    requireAfterWarmUp("totalSteps", totalSteps);
    return then(peak -> new Triangular(peak, totalSteps - warmUpSteps, start, peakAt, end));
  }

  /**
   * Falls by a factor at each milestone: see {@link StepDecay}.
   *
   * @param factor 0.1 in the paper
   * @param milestones steps of the run, warm-up included, rising
   */
  public Schedule stepDecay(double factor, long... milestones) {
    for (long milestone : milestones) {
      requireAfterWarmUp("milestone", milestone);
    }
    List<Long> local = Arrays.stream(milestones).map(step -> step - warmUpSteps).boxed().toList();
    return then(peak -> new StepDecay(peak, factor, local));
  }

  /**
   * Continues with any schedule.
   *
   * @param shape makes it from the peak rate; its step 0 is the first after warm-up
   */
  public Schedule then(DoubleFunction<? extends Schedule> shape) {
    Schedule schedule = shape.apply(rate);
    return warmUp.before(warmUpSteps, schedule);
  }

  private void requireAfterWarmUp(String name, long step) {
    if (step <= warmUpSteps) {
      throw new IllegalArgumentException(
          "%s=%d is not after the warm-up of %d steps; shorten the warm-up or raise it"
              .formatted(name, step, warmUpSteps));
    }
  }
}
