package io.kitbag.precision;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.precision.internal.CpuFeatures;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The precision of a run: number format, memory layout, loss scaling. Master weights, gradients
 * after unscaling, optimizer state, batch-norm statistics, logits and loss are fp32 under every
 * policy.
 *
 * <p>FP16 without loss scaling is allowed, and flushes small gradients to zero.
 *
 * @param compute the format of convolutions, linear layers and what follows them
 * @param layout of activations
 * @param lossScaling what the loss is multiplied by
 * @param fp32Nodes names of nodes that compute in fp32 and leave fp32 to those that follow,
 *     whatever {@code compute} says
 */
public record Policy(
    ComputeType compute, Layout layout, LossScaling lossScaling, Set<String> fp32Nodes) {

  public Policy {
    fp32Nodes = Set.copyOf(fp32Nodes);
  }

  /** One format for all nodes that can have it. */
  public Policy(ComputeType compute, Layout layout, LossScaling lossScaling) {
    this(compute, layout, lossScaling, Set.of());
  }

  public static Policy fp32() {
    return new Policy(ComputeType.FP32, Layout.NCHW, new LossScaling.None());
  }

  /** fp32 with TF32 Tensor Core products; NVIDIA GPUs from Ampere on. */
  public static Policy tf32() {
    return new Policy(ComputeType.TF32, Layout.NCHW, new LossScaling.None());
  }

  public static Policy bf16() {
    return new Policy(ComputeType.BF16, Layout.NCHW, new LossScaling.None());
  }

  /** fp16 with dynamic loss scaling. */
  public static Policy fp16() {
    return new Policy(ComputeType.FP16, Layout.NCHW, LossScaling.dynamic());
  }

  public Policy channelsLast() {
    return withLayout(Layout.CHANNELS_LAST);
  }

  public Policy withLayout(Layout newLayout) {
    return new Policy(compute, newLayout, lossScaling, fp32Nodes);
  }

  public Policy withLossScaling(LossScaling scaling) {
    return new Policy(compute, layout, scaling, fp32Nodes);
  }

  /** The same with some nodes in fp32. */
  public Policy withFp32Nodes(Set<String> names) {
    return new Policy(compute, layout, lossScaling, names);
  }

  /**
   * Whether the format is emulated on this device: values are rounded to it wherever a GPU would
   * store them, forward and backward, while arithmetic stays fp32, as a Tensor Core accumulates.
   * PyTorch 2.0 has no half convolution on CPU, and its bf16 convolutions need AVX-512 and oneDNN:
   * without them they fall back to a loop some 40 times slower than fp32, which also rounds partial
   * sums.
   */
  public boolean isEmulatedOn(Device device) {
    return switch (compute) {
      case FP32, TF32 -> false;
      case FP16 -> !device.isGpu();
      case BF16 -> !device.isGpu() && !hasFastBf16();
    };
  }

  private static boolean hasFastBf16() {
    return CpuFeatures.ofThisMachine().hasFastBf16() && TorchRuntime.usesOneDnn();
  }

  void requireSupportedOn(Device device) {
    if (compute == ComputeType.TF32 && !device.isGpu()) {
      throw new IllegalArgumentException(
          "tf32 exists on NVIDIA GPUs only, not on %s; use fp32".formatted(device));
    }
  }

  /** What {@code fp32Nodes} names must exist. */
  void requireNodesOf(Network network) {
    Set<String> names = network.nodes().stream().map(Node::name).collect(Collectors.toSet());
    fp32Nodes.stream()
        .filter(name -> !names.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(
                  "%s has no node %s, which the policy wants in fp32"
                      .formatted(network.name(), name));
            });
  }

  /**
   * The fastest format: bf16, which needs no loss scaling, where the device has instructions for it
   * (NVIDIA GPUs since Ampere, some CPUs); fp16 on Volta and Turing, whose Tensor Cores know
   * nothing else; otherwise fp32.
   */
  public static ComputeType fastestCompute(Device device) {
    if (device.isGpu()) {
      return fastestOnGpu(CudaUtils.getComputeCapability(device.getDeviceId()));
    }
    return CpuFeatures.ofThisMachine().hasBf16Instructions() ? ComputeType.BF16 : ComputeType.FP32;
  }

  /**
   * @param computeCapability CUDA's, major and minor version in one number: "75", "80", "120"
   */
  static ComputeType fastestOnGpu(String computeCapability) {
    int capability = Integer.parseInt(computeCapability);
    if (capability >= 80) {
      return ComputeType.BF16;
    }
    return capability >= 70 ? ComputeType.FP16 : ComputeType.FP32;
  }
}
