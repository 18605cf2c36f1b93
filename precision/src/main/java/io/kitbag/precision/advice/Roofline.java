package io.kitbag.precision.advice;

import io.kitbag.models.FeatureMap;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How fast each layer of a training step could be on a machine: the roofline model (Williams,
 * Waterman and Patterson, CACM 52(4), 2009), where a layer is bound either by arithmetic or by
 * memory.
 *
 * <p>Memory traffic is the least possible: every tensor is read or written once for each of the
 * products forward, input gradient and weight gradient; operations without weights read their
 * inputs and write their result, forward, and twice as much backward.
 *
 * @param peaks of the machine
 * @param layers in the order of the network, without those that only pass on what they get
 */
public record Roofline(MachinePeaks peaks, List<Layer> layers) {

  /**
   * One layer in one training step.
   *
   * @param name of the node
   * @param flops operations forward and backward; a multiply-add is two
   * @param bytes least memory traffic
   * @param intensity operations for each byte
   * @param seconds the least time
   * @param memoryBound whether memory decides that
   */
  public record Layer(
      String name,
      double flops,
      double bytes,
      double intensity,
      double seconds,
      boolean memoryBound) {}

  public Roofline {
    layers = List.copyOf(layers);
  }

  /** The rooflines of a network's layers. */
  public static Roofline of(
      Network network, FeatureMap image, int batch, int bytesPerValue, MachinePeaks peaks) {
    Map<Node, FeatureMap> shapes = network.shapes(image);
    List<Layer> layers = new ArrayList<>();
    for (Node node : network.nodes()) {
      if (node.inputs().isEmpty()) {
        continue;
      }
      double in = 0;
      for (Node input : node.inputs()) {
        in += shapes.get(input).size();
      }
      double values = batch * (in + shapes.get(node).size());
      List<Gemm> gemms = TensorCoreAdvice.gemms(network, node, shapes, batch);
      double flops = gemms.stream().mapToDouble(Gemm::flops).sum();
      double weights = node.tensors().stream().mapToLong(TensorSpec::size).sum();
      // Without weights: one operation per value forward and two backward, to have a number.
      double bytes =
          gemms.isEmpty()
              ? 3 * values * bytesPerValue
              : gemms.size() * (values + weights) * bytesPerValue;
      layers.add(layer(node.name(), gemms.isEmpty() ? 3 * values : flops, bytes, peaks));
    }
    return new Roofline(peaks, layers);
  }

  private static Layer layer(String name, double flops, double bytes, MachinePeaks peaks) {
    double arithmetic = flops / peaks.flopsPerSecond();
    double memory = bytes / peaks.bytesPerSecond();
    return new Layer(
        name, flops, bytes, flops / bytes, Math.max(arithmetic, memory), memory > arithmetic);
  }

  /** The least time of forward and backward passes: the sum over the layers. */
  public double seconds() {
    return layers.stream().mapToDouble(Layer::seconds).sum();
  }

  /** The share of that time in layers that memory bounds. */
  public double memoryBoundShare() {
    return layers.stream().filter(Layer::memoryBound).mapToDouble(Layer::seconds).sum() / seconds();
  }
}
