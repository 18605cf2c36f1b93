package io.kitbag.precision;

/**
 * How much the loss is multiplied before differentiation, so that small gradients survive in fp16
 * (Micikevicius et al., arXiv 1710.03740, section 3.2).
 */
public sealed interface LossScaling {

  /** The loss as it is: for fp32 and bf16; in fp16 small gradients become zero. */
  record None() implements LossScaling {}

  /**
   * One scale for the whole run.
   *
   * @param scale a power of two keeps mantissas unchanged; 128 and 1024 are usual for ResNets
   */
  record Static(double scale) implements LossScaling {
    public Static {
      LossScaler.requireScale("scale", scale);
    }
  }

  /**
   * A scale that is lowered after an overflow, whose step is skipped, and raised after a run of
   * good steps.
   *
   * @param initial first scale
   * @param growth factor after {@code interval} good steps in a row
   * @param backoff factor after an overflow
   * @param interval good steps before growth
   * @param hysteresis overflows in a row before the scale is lowered, at least 1: what apex and
   *     Transformer Engine call so; 1 is GradScaler
   * @param min the scale is not lowered below; apex and GradScaler have no bound
   * @param max the scale is not raised above; 2^24 in apex and MXNet, no bound in GradScaler
   */
  record Dynamic(
      double initial,
      double growth,
      double backoff,
      int interval,
      int hysteresis,
      double min,
      double max)
      implements LossScaling {
    public Dynamic {
      LossScaler.requireScale("initial", initial);
      LossScaler.requireScale("min", min);
      LossScaler.requireScale("max", max);
      if (!(growth > 1) || !(backoff > 0 && backoff < 1) || interval < 1 || hysteresis < 1) {
        throw new IllegalArgumentException(
            "growth=%s must exceed 1, backoff=%s lie between 0 and 1, interval=%d and hysteresis=%d be positive"
                .formatted(growth, backoff, interval, hysteresis));
      }
      if (!(min <= initial && initial <= max)) {
        throw new IllegalArgumentException(
            "initial=%s must lie between min=%s and max=%s".formatted(initial, min, max));
      }
    }

    /** As GradScaler: no hysteresis, and no bounds but those of normal fp32 numbers. */
    public Dynamic(double initial, double growth, double backoff, int interval) {
      this(initial, growth, backoff, interval, 1, Float.MIN_NORMAL, Float.MAX_VALUE);
    }

    /** The same with a number of overflows in a row that it takes to lower the scale. */
    public Dynamic withHysteresis(int overflows) {
      return new Dynamic(initial, growth, backoff, interval, overflows, min, max);
    }

    /** The same with bounds. */
    public Dynamic within(double smallest, double largest) {
      return new Dynamic(initial, growth, backoff, interval, hysteresis, smallest, largest);
    }
  }

  /** The defaults of {@code torch.amp.GradScaler}: 65536, ×2 every 2000 good steps, ×½. */
  static Dynamic dynamic() {
    return new Dynamic(0x1p16, 2, 0.5, 2000);
  }
}
