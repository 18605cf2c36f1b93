package io.kitbag.models;

import io.kitbag.models.FoldPlan.Pair;
import io.kitbag.models.weights.HostTensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network for inference with its tensors; see {@link FoldPlan}. With running statistics μ, σ² a
 * convolution and the batch norm behind it are one linear map, w' = w · γ / √(σ² + ε) and b' = β +
 * (b − μ) · γ / √(σ² + ε). It computes what the original does, up to rounding, and must not be
 * trained.
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
    return apply(FoldPlan.none(network), values);
  }

  /**
   * The same, with every batch norm folded that can be.
   *
   * @param values the network's tensors
   * @throws IllegalArgumentException listing every tensor that is missing, unknown or misshapen
   */
  public static Fold batchNorms(Network network, Map<String, HostTensor> values) {
    network.requireMatching(values);
    return apply(FoldPlan.batchNorms(network, pair -> true), values);
  }

  private static Fold apply(FoldPlan plan, Map<String, HostTensor> values) {
    Map<String, HostTensor> newValues = new LinkedHashMap<>();
    for (Node node : plan.network().nodes()) {
      Pair pair = plan.joined().get(node.name());
      if (pair != null) {
        newValues.putAll(joined(pair, values));
      } else {
        node.tensors().forEach(tensor -> newValues.put(tensor.name(), values.get(tensor.name())));
      }
    }
    return new Fold(plan.network(), newValues);
  }

  private static Map<String, HostTensor> joined(Pair pair, Map<String, HostTensor> values) {
    String conv = pair.conv().name();
    String norm = pair.norm().name();
    float[] weight = values.get(conv + ".weight").toFloats();
    float[] gamma = values.get(norm + ".weight").toFloats();
    float[] beta = values.get(norm + ".bias").toFloats();
    float[] mean = values.get(norm + ".running_mean").toFloats();
    float[] variance = values.get(norm + ".running_var").toFloats();
    float[] bias = beta.clone();
    float[] oldBias =
        pair.hadBias() ? values.get(conv + ".bias").toFloats() : new float[bias.length];
    int perOutput = weight.length / bias.length;
    for (int out = 0; out < bias.length; out++) {
      double scale = gamma[out] / Math.sqrt(variance[out] + pair.eps());
      bias[out] = (float) (beta[out] + ((double) oldBias[out] - mean[out]) * scale);
      for (int i = out * perOutput; i < (out + 1) * perOutput; i++) {
        weight[i] = (float) (weight[i] * scale);
      }
    }
    List<Integer> shape = pair.conv().tensors().get(0).shape();
    return Map.of(
        conv + ".weight",
        HostTensor.of(weight, shape.stream().mapToInt(Integer::intValue).toArray()),
        conv + ".bias",
        HostTensor.of(bias, bias.length));
  }
}
