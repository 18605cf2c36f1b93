package io.kitbag.train.app;

import ai.djl.Device;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import io.kitbag.precision.LossScaling;
import io.kitbag.precision.Policy;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.recipe.PrecisionRecipe;
import io.kitbag.train.recipe.PrecisionRecipe.LossScale;

/** Precision policies from recipes: here {@code auto} becomes a decision. */
public final class Policies {

  private Policies() {}

  /**
   * The policy for a device. It depends on the recipe and the machine alone, not on a measurement,
   * so that two runs compute the same.
   *
   * @throws KitbagException for tf32 without a GPU
   */
  public static Policy of(PrecisionRecipe precision, Device device) {
    ComputeType compute =
        switch (precision.compute()) {
          case AUTO -> Policy.fastestCompute(device);
          case FP32 -> ComputeType.FP32;
          case TF32 -> ComputeType.TF32;
          case BF16 -> ComputeType.BF16;
          case FP16 -> ComputeType.FP16;
        };
    if (compute == ComputeType.TF32 && !device.isGpu()) {
      throw new KitbagException(
          ExitCode.USAGE, "precision.compute: tf32 exists on NVIDIA GPUs only; use fp32");
    }
    return new Policy(
        compute,
        layout(precision.layout(), compute, device),
        lossScaling(precision.lossScale(), compute));
  }

  /**
   * On CPU oneDNN is at least as fast channels-last in all types; on GPUs Tensor Cores want it,
   * while plain fp32 kernels do not.
   */
  private static Layout layout(PrecisionRecipe.Layout layout, ComputeType compute, Device device) {
    return switch (layout) {
      case NCHW -> Layout.NCHW;
      case CHANNELS_LAST -> Layout.CHANNELS_LAST;
      case AUTO ->
          device.isGpu() && compute == ComputeType.FP32 ? Layout.NCHW : Layout.CHANNELS_LAST;
    };
  }

  private static LossScaling lossScaling(LossScale scale, ComputeType compute) {
    LossScaling.Dynamic dynamic =
        new LossScaling.Dynamic(
            scale.value(),
            scale.growth(),
            scale.backoff(),
            scale.interval(),
            scale.hysteresis(),
            scale.min().orElse((double) Float.MIN_NORMAL),
            scale.max().orElse((double) Float.MAX_VALUE));
    return switch (scale.kind()) {
      case AUTO -> compute == ComputeType.FP16 ? dynamic : new LossScaling.None();
      case NONE -> new LossScaling.None();
      case STATIC -> new LossScaling.Static(scale.value());
      case DYNAMIC -> dynamic;
    };
  }
}
