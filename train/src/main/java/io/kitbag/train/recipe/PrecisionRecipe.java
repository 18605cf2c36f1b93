package io.kitbag.train.recipe;

import io.kitbag.optim.NamePattern;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * In which numbers the network is computed. Weights, their gradients after unscaling and the
 * optimizer's state are always fp32.
 *
 * @param compute the type of convolutions and matrix products
 * @param layout the order of an activation's axes in memory
 * @param overrides nodes of the network in another type, by a glob for their names or a regular
 *     expression between slashes: {@code fp32}, or the type itself to take some out again; a later
 *     entry overrides an earlier one
 * @param lossScale what keeps small fp16 gradients from vanishing
 */
public record PrecisionRecipe(
    Compute compute, Layout layout, Map<String, Compute> overrides, LossScale lossScale) {

  /** Checks the patterns. */
  public PrecisionRecipe {
    overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
    Check check = new Check();
    check.that(
        compute != Compute.TF32 || overrides.isEmpty(),
        "overrides",
        overrides,
        "cannot be with tf32, which is one switch for the whole process; use bf16 or fp16");
    for (Map.Entry<String, Compute> entry : overrides.entrySet()) {
      check.that(
          entry.getValue() == Compute.FP32 || entry.getValue() == compute,
          "overrides",
          entry.getValue().name().toLowerCase(Locale.ROOT),
          "for \"%s\" must be fp32, or the type of precision.compute".formatted(entry.getKey()));
      try {
        new NamePattern(entry.getKey());
      } catch (IllegalArgumentException e) {
        check.that(false, "overrides", e.getMessage(), "");
      }
    }
    check.done();
  }

  /** The types of convolutions and matrix products. */
  public enum Compute {
    /** The fastest that is safe on the device. */
    AUTO,
    /** 32-bit floating point. */
    FP32,
    /** fp32 in memory, multiplied with a 10-bit fraction on Tensor Cores. */
    TF32,
    /** 16 bits with the range of fp32. */
    BF16,
    /** IEEE half precision; on a CPU it is emulated, and slow. */
    FP16
  }

  /** The orders of an activation's axes in memory. */
  public enum Layout {
    /** What usually is faster for the device and the type. */
    AUTO,
    /** Whichever is faster in the first steps; the run keeps it, also when it is resumed. */
    MEASURE,
    /** Batch, channel, height, width. */
    NCHW,
    /** Batch, height, width, channel. */
    CHANNELS_LAST;

    /** As PyTorch writes it. */
    @Override
    public String toString() {
      return this == CHANNELS_LAST ? "channels_last" : name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The factor on the loss. The defaults are those of {@code torch.amp.GradScaler}.
   *
   * @param kind how the factor behaves
   * @param value the factor; the first one if it is dynamic; at least 1
   * @param growth what it is multiplied by after {@code interval} good steps, above 1
   * @param interval good steps in a row before it grows, at least 1
   * @param backoff what it is multiplied by after a step with a non-finite gradient, in (0, 1)
   * @param hysteresis steps with a non-finite gradient in a row before it is, at least 1 (apex and
   *     Transformer Engine; GradScaler has 1)
   * @param min what it does not fall below, above 0; at least 1 is usual
   * @param max what it does not rise above; 16777216 in apex and MXNet
   */
  public record LossScale(
      Kind kind,
      double value,
      double growth,
      int interval,
      double backoff,
      int hysteresis,
      Optional<Double> min,
      Optional<Double> max) {

    /** How the factor behaves. */
    public enum Kind {
      /** Dynamic for fp16, none otherwise. */
      AUTO,
      /** 1. */
      NONE,
      /** {@code value} throughout. */
      STATIC,
      /** Grows while all is well, backs off after an overflow. */
      DYNAMIC
    }

    /** Checks the ranges. */
    public LossScale {
      new Check()
          .atLeast(1, "value", value)
          .that(growth > 1, "growth", growth, "must be above 1")
          .atLeast(1, "interval", interval)
          .that(backoff > 0 && backoff < 1, "backoff", backoff, "must be above 0 and below 1")
          .atLeast(1, "hysteresis", hysteresis)
          .that(
              min.isEmpty() || min.get() >= Float.MIN_NORMAL && min.get() <= value,
              "min",
              min.orElse(0.0),
              "must be above 0 and at most value, which is " + value)
          .that(
              max.isEmpty() || max.get() >= value && max.get() <= Float.MAX_VALUE,
              "max",
              max.orElse(0.0),
              "must be finite and at least value, which is " + value)
          .done();
    }
  }
}
