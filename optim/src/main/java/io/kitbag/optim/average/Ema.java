package io.kitbag.optim.average;

import java.util.OptionalDouble;

/**
 * An exponential moving average: average ← decay·average + (1 − decay)·weights after every n-th
 * step.
 *
 * <p>Steps are counted from the beginning of the run (torchvision counts the n anew in every epoch
 * and begins each with an update).
 *
 * @param decay in [0, 1); 0.9998 in timm's {@code train.py}, 0.99998 in torchvision's references
 * @param warmUp how the decay begins
 * @param every n, at least 1; 1 in timm, 32 in torchvision
 */
public record Ema(double decay, DecayWarmUp warmUp, long every) implements AveragingRule {

  public Ema {
    if (!(decay >= 0 && decay < 1)) {
      throw new IllegalArgumentException("decay=%s of the EMA must be in [0, 1)".formatted(decay));
    }
    if (every < 1) {
      throw new IllegalArgumentException("every=%d steps must be at least 1".formatted(every));
    }
  }

  /** timm's {@code ModelEmaV3} with warm-up: an update after every step. */
  public static Ema timm(double decay) {
    return new Ema(decay, DecayWarmUp.Power.TIMM, 1);
  }

  /**
   * torchvision's references: 1 − decay grows with the images between two updates and shrinks with
   * the length of the run, 1 − decay′ = min(1, (1 − decay)·batch·every/epochs).
   *
   * @param batch images of a step over all devices
   * @param epochs of the run
   * @param warmUpSteps steps in which the learning rate warms up; the average follows the weights
   */
  public static Ema torchvision(double decay, long every, int batch, int epochs, long warmUpSteps) {
    double rest = Math.min(1, (1 - decay) * ((double) batch * every / epochs));
    return new Ema(1 - rest, new DecayWarmUp.Follow(warmUpSteps), every);
  }

  @Override
  public OptionalDouble share(long steps) {
    return steps % every == 0
        ? OptionalDouble.of(1 - warmUp.decay(decay, steps / every, steps))
        : OptionalDouble.empty();
  }

  @Override
  public long start() {
    return every;
  }
}
