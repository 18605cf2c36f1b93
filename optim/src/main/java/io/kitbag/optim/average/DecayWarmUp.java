package io.kitbag.optim.average;

/**
 * How the decay of an {@link Ema} begins: the weights move so far in the first steps that an
 * average with the final decay would remember the random ones for long.
 */
public sealed interface DecayWarmUp {

  /**
   * The decay of an update.
   *
   * @param decay the final one
   * @param update 1 for the first
   * @param step optimizer steps taken so far
   */
  double decay(double decay, long update, long step);

  /**
   * min(decay, 1 − (1 + t/γ)^−power) at update t, counted from 0: timm's {@code ModelEmaV3} with
   * {@code use_warmup}, where γ = 1 and power = 2/3.
   *
   * @param gamma γ, positive
   * @param power positive; 3/4 rises faster
   */
  record Power(double gamma, double power) implements DecayWarmUp {

    /** timm's numbers. */
    public static final Power TIMM = new Power(1, 2.0 / 3);

    public Power {
      if (!(gamma > 0 && power > 0)) {
        throw new IllegalArgumentException(
            "gamma=%s and power=%s of the decay's warm-up must be positive"
                .formatted(gamma, power));
      }
    }

    @Override
    public double decay(double decay, long update, long step) {
      return Math.min(decay, 1 - Math.pow(1 + (update - 1) / gamma, -power));
    }
  }

  /**
   * The average is the weights themselves up to the first update after some steps, then the decay
   * is the final one: torchvision's references, where these are the learning rate's warm-up.
   *
   * @param steps ≥ 0; with 0 only the first update copies, as timm does without warm-up
   */
  record Follow(long steps) implements DecayWarmUp {

    public Follow {
      if (steps < 0) {
        throw new IllegalArgumentException("steps=%d must not be negative".formatted(steps));
      }
    }

    @Override
    public double decay(double decay, long update, long step) {
      long lastUpdate = step - step / update;
      return lastUpdate <= steps ? 0 : decay;
    }
  }
}
