package io.kitbag.precision.advice;

import io.kitbag.models.FeatureMap;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.Linear;
import io.kitbag.precision.ComputeType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Which matrix products of a training step have the shapes that Tensor Cores want.
 *
 * <p>The rules are those of NVIDIA's guides ("Train With Mixed Precision", "Convolutional Layers
 * User's Guide"): channels, and for linear layers the batch too, in multiples of 8 for fp16 and
 * bf16, of 4 for TF32. cuDNN pads channels itself where it can, so a layer that misses them may
 * still use Tensor Cores and pay for the padding.
 *
 * @param multiple what dimensions should be multiples of
 * @param layers convolutions and linear layers, in the order of the network
 */
public record TensorCoreAdvice(int multiple, List<Layer> layers) {

  /**
   * A Tensor Core's rate over that of the plain units in the same format, dense, from the data
   * sheet of the A100: 312 to 78 TFLOPS in fp16, 156 to 19.5 in TF32.
   */
  static double rateOver(ComputeType compute) {
    return compute == ComputeType.TF32 || compute == ComputeType.FP32 ? 8 : 4;
  }

  /**
   * One layer.
   *
   * @param name of the node
   * @param gemms its products
   * @param flops of all of them
   * @param eligibleFlops of those whose dimensions fit
   * @param problems what does not fit, in words; empty if all does
   * @param paddingCost operations with channels (and batch) filled up, over those without
   * @param paddingGain predicted time without padding, on plain units, over that with it, on Tensor
   *     Cores
   */
  public record Layer(
      String name,
      List<Gemm> gemms,
      double flops,
      double eligibleFlops,
      List<String> problems,
      double paddingCost,
      double paddingGain) {}

  public TensorCoreAdvice {
    layers = List.copyOf(layers);
  }

  /** The advice for batches of images of one size. */
  public static TensorCoreAdvice of(
      Network network, FeatureMap image, int batch, ComputeType compute) {
    int multiple = compute == ComputeType.FP32 || compute == ComputeType.TF32 ? 4 : 8;
    Map<Node, FeatureMap> shapes = network.shapes(image);
    List<Layer> layers = new ArrayList<>();
    for (Node node : network.nodes()) {
      List<Gemm> gemms = gemms(network, node, shapes, batch);
      if (!gemms.isEmpty()) {
        layers.add(layer(node, gemms, multiple, rateOver(compute)));
      }
    }
    return new TensorCoreAdvice(multiple, layers);
  }

  /** The products of a layer; none for other operations. */
  static List<Gemm> gemms(Network network, Node node, Map<Node, FeatureMap> shapes, int batch) {
    if (!(node.op() instanceof Conv2d) && !(node.op() instanceof Linear)) {
      return List.of();
    }
    TensorSpec weight = node.tensors().get(0);
    FeatureMap in = shapes.get(node.inputs().get(0));
    FeatureMap out = shapes.get(node);
    boolean images = node.op() instanceof Conv2d;
    int groups = node.op() instanceof Conv2d conv ? conv.groups() : 1;
    long outputs = weight.shape().get(0) / groups;
    long inputs = weight.shape().get(1);
    long window = images ? (long) weight.shape().get(2) * weight.shape().get(3) : 1;
    long pixelsOut = images ? (long) batch * out.height() * out.width() : batch;
    long pixelsIn = images ? (long) batch * in.height() * in.width() : batch;
    double flops = 2.0 * batch * node.op().macs(out);
    List<Gemm> gemms = new ArrayList<>();
    gemms.add(
        new Gemm(
            Gemm.Pass.FORWARD,
            pixelsOut,
            outputs,
            inputs * window,
            groups,
            flops,
            images ? "nk" : "mnk"));
    if (node.inputs().get(0) != network.nodes().get(0)) {
      gemms.add(
          new Gemm(
              Gemm.Pass.INPUT_GRADIENT,
              pixelsIn,
              inputs,
              outputs * window,
              groups,
              flops,
              images ? "nk" : "mnk"));
    }
    gemms.add(
        new Gemm(
            Gemm.Pass.WEIGHT_GRADIENT,
            outputs,
            inputs * window,
            pixelsOut,
            groups,
            flops,
            images ? "mn" : "mnk"));
    return gemms;
  }

  private static Layer layer(Node node, List<Gemm> gemms, int multiple, double rate) {
    TensorSpec weight = node.tensors().get(0);
    int groups = gemms.get(0).groups();
    long outputs = weight.shape().get(0) / groups;
    long inputs = weight.shape().get(1);
    List<String> problems = new ArrayList<>();
    double flops = gemms.stream().mapToDouble(Gemm::flops).sum();
    if (groups > 1 && inputs == 1) {
      problems.add("depthwise: one channel per group has no matrix product");
      return new Layer(node.name(), gemms, flops, 0, problems, 1, 1);
    }
    misfit("input channels" + perGroup(groups), inputs, multiple, problems);
    misfit("outputs" + perGroup(groups), outputs, multiple, problems);
    double cost = up(inputs, multiple) / inputs * up(outputs, multiple) / outputs;
    if (node.op() instanceof Linear) {
      long batch = gemms.get(0).m();
      misfit("batch", batch, multiple, problems);
      cost *= up(batch, multiple) / batch;
    }
    double eligible =
        gemms.stream()
            .filter(gemm -> gemm.misfits(multiple).isEmpty())
            .mapToDouble(Gemm::flops)
            .sum();
    // On plain units what does not fit, against everything on Tensor Cores with padding.
    double before = eligible / rate + (flops - eligible);
    double after = flops * cost / rate;
    return new Layer(node.name(), gemms, flops, eligible, problems, cost, before / after);
  }

  private static String perGroup(int groups) {
    return groups > 1 ? " per group" : "";
  }

  private static void misfit(String what, long size, int multiple, List<String> problems) {
    if (size % multiple != 0) {
      problems.add(
          "%s %d is no multiple of %d (next %d)"
              .formatted(what, size, multiple, (long) up(size, multiple)));
    }
  }

  private static double up(long size, int multiple) {
    return (size + multiple - 1) / multiple * (double) multiple;
  }

  /** Operations of all layers in one step. */
  public double flops() {
    return layers.stream().mapToDouble(Layer::flops).sum();
  }

  /** The share of the operations whose dimensions fit. */
  public double eligibleShare() {
    return layers.stream().mapToDouble(Layer::eligibleFlops).sum() / Math.max(1, flops());
  }
}
