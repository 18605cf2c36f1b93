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
   */
  record Dynamic(double initial, double growth, double backoff, int interval)
      implements LossScaling {
    public Dynamic {
      LossScaler.requireScale("initial", initial);
      if (!(growth > 1) || !(backoff > 0 && backoff < 1) || interval < 1) {
        throw new IllegalArgumentException(
            "growth=%s must exceed 1, backoff=%s lie between 0 and 1, interval=%d be positive"
                .formatted(growth, backoff, interval));
      }
    }
  }

  /** The defaults of {@code torch.amp.GradScaler}: 65536, ×2 every 2000 good steps, ×½. */
  static Dynamic dynamic() {
    return new Dynamic(0x1p16, 2, 0.5, 2000);
  }
}
