package io.kitbag.precision;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.precision.script.ScriptModule;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The state of loss scaling, with the semantics of {@code torch.amp.GradScaler}: unscale, look for
 * values that are not finite, skip that step, adapt the scale once per step.
 *
 * <p>One step is {@link #unscale}, then the optimizer step if it answered true, then {@link
 * #update}. Not thread-safe. Close it when training ends.
 */
public final class LossScaler implements AutoCloseable {

  /**
   * The largest magnitude per tensor is NaN or infinite exactly if one of its values is; unlike a
   * sum it cannot overflow.
   */
  private static final String METHODS =
      """
      def unscale(self: __torch__.M, g: List[Tensor], inverse: float, order: float) -> Tensor:
        finite = torch.all(torch.isfinite(torch.stack(torch._foreach_norm(g, order))))
        torch._foreach_mul_(g, inverse)
        return torch.to(finite, 6)
      def finite_each(self: __torch__.M, g: List[Tensor], order: float) -> Tensor:
        return torch.isfinite(torch.stack(torch._foreach_norm(g, order)))
      """;

  private final LossScaling scaling;
  private final NDManager manager;
  private final ScriptModule script;
  private float scale;
  private int goodSteps;
  private int overflowsInARow;
  private long skippedSteps;

  /** Starts at the scaling's first scale. The manager is only borrowed. */
  public LossScaler(LossScaling scaling, NDManager manager) {
    this.scaling = scaling;
    this.manager = manager;
    this.script = ScriptModule.compile(manager, METHODS);
    if (scaling instanceof LossScaling.Dynamic dynamic) {
      scale = (float) dynamic.initial();
    } else if (scaling instanceof LossScaling.Static fixed) {
      scale = (float) fixed.scale();
    } else {
      scale = 1;
    }
  }

  /** What the loss is to be multiplied by before differentiation: always an fp32 number. */
  public double scale() {
    return scale;
  }

  /** Steps that were skipped so far because a gradient was not finite. */
  public long skippedSteps() {
    return skippedSteps;
  }

  /** Good steps since the scale last changed. */
  public int goodSteps() {
    return goodSteps;
  }

  /** Skipped steps since the last good one, which hysteresis counts. */
  public int overflowsInARow() {
    return overflowsInARow;
  }

  /** True if there is nothing to unscale, and so nothing to look for. */
  public boolean isDisabled() {
    return scaling instanceof LossScaling.None;
  }

  /**
   * Divides gradients by the scale, in place, in one native call.
   *
   * @return false if any value was not finite, so that the step must be skipped; always true
   *     without scaling, where nothing is read. Waits for the device, as GradScaler does.
   */
  public boolean unscale(NDList gradients) {
    if (isDisabled()) {
      return true;
    }
    try (NDList finite =
        script.run(manager, "unscale", gradients, 1.0 / scale, Double.POSITIVE_INFINITY)) {
      return finite.get(0).getFloat() != 0;
    }
  }

  /**
   * Which gradients have a value that is not finite, before or after {@link #unscale}: to tell what
   * a step was skipped for. Waits for the device.
   *
   * @return their positions
   */
  public List<Integer> nonFinite(NDList gradients) {
    try (NDList finite = script.run(manager, "finite_each", gradients, Double.POSITIVE_INFINITY)) {
      boolean[] each = finite.get(0).toBooleanArray();
      return IntStream.range(0, each.length).filter(i -> !each[i]).boxed().toList();
    }
  }

  /** Ends a step: backs off after one that was not finite, grows after enough that were. */
  public void update(boolean finite) {
    if (finite) {
      overflowsInARow = 0;
    } else {
      skippedSteps++;
      overflowsInARow++;
    }
    if (!(scaling instanceof LossScaling.Dynamic dynamic)) {
      return;
    }
    if (!finite) {
      if (overflowsInARow >= dynamic.hysteresis()) {
        // At least a normal number, where GradScaler would go on to zero and never leave it.
        scale = Math.max((float) (scale * dynamic.backoff()), (float) dynamic.min());
      }
      goodSteps = 0;
    } else if (++goodSteps >= dynamic.interval()) {
      float grown = (float) (scale * dynamic.growth());
      // As GradScaler, which keeps the scale where growth would make it infinite.
      if (Float.isFinite(grown)) {
        scale = Math.min(grown, (float) dynamic.max());
      }
      goodSteps = 0;
    }
  }

  /**
   * Continues from saved numbers.
   *
   * @throws IllegalArgumentException if no scaler can have had them
   */
  public void restore(
      double savedScale, int savedGoodSteps, int savedOverflowsInARow, long savedSkippedSteps) {
    requireScale("saved scale", savedScale);
    if (savedGoodSteps < 0 || savedOverflowsInARow < 0 || savedSkippedSteps < 0) {
      throw new IllegalArgumentException(
          "saved goodSteps=%d, overflowsInARow=%d and skippedSteps=%d cannot be negative"
              .formatted(savedGoodSteps, savedOverflowsInARow, savedSkippedSteps));
    }
    scale = (float) savedScale;
    goodSteps = savedGoodSteps;
    overflowsInARow = savedOverflowsInARow;
    skippedSteps = savedSkippedSteps;
  }

  /** A scale is an fp32 number whose reciprocal is finite. */
  static void requireScale(String name, double scale) {
    if (!(scale >= Float.MIN_NORMAL) || scale > Float.MAX_VALUE) {
      throw new IllegalArgumentException(
          "%s=%s must lie between %s and %s, the normal fp32 numbers"
              .formatted(name, scale, Float.MIN_NORMAL, Float.MAX_VALUE));
    }
  }

  @Override
  public void close() {
    script.close();
  }
}
