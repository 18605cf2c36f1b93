package io.kitbag.train.app;

import ai.djl.Device;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.optim.NamePattern;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import io.kitbag.precision.LossScaling;
import io.kitbag.precision.Policy;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.recipe.PrecisionRecipe;
import io.kitbag.train.recipe.PrecisionRecipe.LossScale;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

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
   * The policy with the nodes of a network that the recipe wants in fp32.
   *
   * @throws KitbagException if a pattern fits no node
   */
  static Policy override(Policy policy, PrecisionRecipe precision, Network network) {
    Set<String> fp32 = new LinkedHashSet<>();
    precision
        .overrides()
        .forEach(
            (text, compute) -> {
              NamePattern pattern = new NamePattern(text);
              List<String> names =
                  network.nodes().stream().map(Node::name).filter(pattern::matches).toList();
              if (names.isEmpty()) {
                throw new KitbagException(
                    ExitCode.USAGE,
                    "precision.overrides: \"%s\" fits no node of %s; kitbag models %s lists them"
                        .formatted(text, network.name(), network.name()));
              }
              if (compute == PrecisionRecipe.Compute.FP32) {
                fp32.addAll(names);
              } else {
                names.forEach(fp32::remove);
              }
            });
    return policy.withFp32Nodes(fp32);
  }

  /**
   * On CPU oneDNN is at least as fast channels-last in all types; on GPUs Tensor Cores want it,
   * while plain fp32 kernels do not.
   */
  private static Layout layout(PrecisionRecipe.Layout layout, ComputeType compute, Device device) {
    return switch (layout) {
      case NCHW -> Layout.NCHW;
      case CHANNELS_LAST -> Layout.CHANNELS_LAST;
      case AUTO, MEASURE ->
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
