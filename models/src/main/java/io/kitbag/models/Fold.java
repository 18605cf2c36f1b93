package io.kitbag.models;

import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.DropPath;
import io.kitbag.models.op.Dropout;
import io.kitbag.models.op.Input;
import io.kitbag.models.weights.HostTensor;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network for inference: without what only training needs (an auxiliary output, dropping), and if
 * wanted with batch norms made part of the convolutions before them. With running statistics μ, σ²
 * both are one linear map, w' = w · γ / √(σ² + ε) and b' = β + (b − μ) · γ / √(σ² + ε). It computes
 * what the original does, up to rounding, and must not be trained.
 *
 * <p>A batch norm that follows something else, or a convolution that others read too, stays.
 *
 * @param network with fewer nodes; a convolution keeps its name and gains a bias
 * @param values its tensors
 */
public record Fold(Network network, Map<String, HostTensor> values) {

  public Fold {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * The network without what only training needs.
   *
   * @param values the network's tensors
   * @throws IllegalArgumentException listing every tensor that is missing, unknown or misshapen
   */
  public static Fold none(Network network, Map<String, HostTensor> values) {
    network.requireMatching(values);
    return rebuild(network, values, Map.of());
  }

  /**
   * The same, with every batch norm folded that can be.
   *
   * @param values the network's tensors
   * @throws IllegalArgumentException listing every tensor that is missing, unknown or misshapen
   */
  public static Fold batchNorms(Network network, Map<String, HostTensor> values) {
    network.requireMatching(values);
    Map<Node, Integer> readers = new HashMap<>();
    network
        .nodes()
        .forEach(node -> node.inputs().forEach(in -> readers.merge(in, 1, Integer::sum)));
    Map<Node, Node> folded = new HashMap<>();
    for (Node node : network.nodes(false)) {
      if (node.op() instanceof BatchNorm) {
        Node before = node.inputs().get(0);
        if (before.op() instanceof Conv2d && readers.get(before) == 1) {
          folded.put(before, node);
        }
      }
    }
    return rebuild(network, values, folded);
  }

  /**
   * @param folded batch norms by the convolution they join
   */
  private static Fold rebuild(
      Network network, Map<String, HostTensor> values, Map<Node, Node> folded) {
    Network.Builder net = Network.builder(network.name(), network.inputChannels());
    Map<String, HostTensor> newValues = new LinkedHashMap<>();
    Map<Node, Node> copies = new HashMap<>();
    copies.put(network.nodes().get(0), net.input());
    for (Node node : network.nodes(false)) {
      if (node.op() instanceof Input || folded.containsKey(node)) {
        continue;
      }
      if (node.op() instanceof Dropout || node.op() instanceof DropPath) {
        copies.put(node, copies.get(node.inputs().get(0)));
        continue;
      }
      Node before = node.inputs().get(0);
      Node copy;
      if (folded.get(before) == node) {
        // The convolution takes the place of its batch norm, so that the result stays the last.
        copy = net.add(before.name(), biased((Conv2d) before.op()), inputs(before, copies));
        newValues.putAll(joined(before, node, values));
      } else {
        copy = net.add(node.name(), node.op(), inputs(node, copies));
        node.tensors().forEach(tensor -> newValues.put(tensor.name(), values.get(tensor.name())));
      }
      copies.put(node, copy);
    }
    return new Fold(net.build(), newValues);
  }

  private static Node[] inputs(Node node, Map<Node, Node> copies) {
    return node.inputs().stream().map(copies::get).toArray(Node[]::new);
  }

  private static Conv2d biased(Conv2d op) {
    return new Conv2d(op.in(), op.out(), op.kernel(), op.stride(), op.padding(), op.groups(), true);
  }

  private static Map<String, HostTensor> joined(
      Node conv, Node norm, Map<String, HostTensor> values) {
    float[] weight = values.get(conv.name() + ".weight").toFloats();
    float[] gamma = values.get(norm.name() + ".weight").toFloats();
    float[] beta = values.get(norm.name() + ".bias").toFloats();
    float[] mean = values.get(norm.name() + ".running_mean").toFloats();
    float[] variance = values.get(norm.name() + ".running_var").toFloats();
    float[] bias = beta.clone();
    boolean hadBias = ((Conv2d) conv.op()).bias();
    float[] oldBias =
        hadBias ? values.get(conv.name() + ".bias").toFloats() : new float[bias.length];
    int perOutput = weight.length / bias.length;
    for (int out = 0; out < bias.length; out++) {
      double scale = gamma[out] / Math.sqrt(variance[out] + ((BatchNorm) norm.op()).eps());
      bias[out] = (float) (beta[out] + (oldBias[out] - mean[out]) * scale);
      for (int i = out * perOutput; i < (out + 1) * perOutput; i++) {
        weight[i] = (float) (weight[i] * scale);
      }
    }
    List<Integer> shape = conv.tensors().get(0).shape();
    return Map.of(
        conv.name() + ".weight",
        HostTensor.of(weight, shape.stream().mapToInt(Integer::intValue).toArray()),
        conv.name() + ".bias",
        HostTensor.of(bias, bias.length));
  }
}
