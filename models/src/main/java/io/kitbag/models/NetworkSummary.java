package io.kitbag.models;

import io.kitbag.models.op.GroupNorm;
import io.kitbag.models.op.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What a network computes for one image of a given size, layer by layer.
 *
 * @param network name of the network
 * @param image the image the figures hold for
 * @param layers in the order of {@link Network#nodes()}
 */
public record NetworkSummary(String network, FeatureMap image, List<Layer> layers) {

  /**
   * One row.
   *
   * @param name path of the node
   * @param op what it does
   * @param output extent of its result
   * @param parameters trained values of this layer
   * @param macs multiply-adds of convolutions and linear layers; 0 for all else, as the literature
   *     counts
   * @param trainingOnly whether it belongs to an auxiliary head, which inference leaves out
   */
  public record Layer(
      String name, Op op, FeatureMap output, long parameters, long macs, boolean trainingOnly) {

    /**
     * Bytes of the layer's result for one image. Group norm gives fp32 under every policy.
     *
     * @param bytesPerValue of the number format: 2 or 4
     */
    public long activationBytes(int bytesPerValue) {
      return output.size() * (op instanceof GroupNorm ? Float.BYTES : bytesPerValue);
    }
  }

  public NetworkSummary {
    layers = List.copyOf(layers);
  }

  static NetworkSummary of(Network network, FeatureMap image) {
    List<Layer> layers = new ArrayList<>();
    Set<Node> inference = Set.copyOf(network.nodes(false));
    network
        .shapes(image)
        .forEach(
            (node, output) -> {
              long parameters =
                  node.tensors().stream()
                      .filter(tensor -> tensor.role().trainable())
                      .mapToLong(TensorSpec::size)
                      .sum();
              layers.add(
                  new Layer(
                      node.name(),
                      node.op(),
                      output,
                      parameters,
                      node.op().macs(output),
                      !inference.contains(node)));
            });
    return new NetworkSummary(network.name(), image, layers);
  }

  /** Trained values of the whole network. */
  public long parameters() {
    return layers.stream().mapToLong(Layer::parameters).sum();
  }

  /** Multiply-adds of the whole network for one image in inference. */
  public long macs() {
    return layers.stream().filter(layer -> !layer.trainingOnly()).mapToLong(Layer::macs).sum();
  }

  /** Bytes of all results for one image, as if all were kept: what training needs at most. */
  public long activationBytes(int bytesPerValue) {
    return layers.stream().mapToLong(layer -> layer.activationBytes(bytesPerValue)).sum();
  }

  /** The table for fp32. */
  @Override
  public String toString() {
    return table(Float.BYTES);
  }

  /**
   * A table with one line per layer and the totals below it.
   *
   * @param bytesPerValue of activations: 2 or 4
   */
  public String table(int bytesPerValue) {
    OpLabel label = new OpLabel();
    int nameWidth = layers.stream().mapToInt(layer -> layer.name().length()).max().orElse(0);
    int opWidth = layers.stream().mapToInt(layer -> label.of(layer.op()).length()).max().orElse(0);
    String row =
        "%-"
            + Math.max(nameWidth, 5)
            + "s  %-"
            + Math.max(opWidth, 2)
            + "s  %14s  %14s  %16s  %16s\n";
    StringBuilder table = new StringBuilder();
    table.append("%s, image %s\n".formatted(network, image));
    table.append(
        row.formatted("layer", "op", "output", "parameters", "multiply-adds", "activation bytes"));
    for (Layer layer : layers) {
      table.append(
          row.formatted(
              layer.name(),
              label.of(layer.op()),
              layer.output(),
              count(layer.parameters()),
              count(layer.macs()),
              count(layer.activationBytes(bytesPerValue))));
    }
    table.append(
        row.formatted(
            "total",
            "",
            "",
            count(parameters()),
            count(macs()),
            count(activationBytes(bytesPerValue))));
    return table.toString();
  }

  private static String count(long number) {
    return number == 0 ? "-" : String.format(Locale.ROOT, "%,d", number);
  }
}
