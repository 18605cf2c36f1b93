package io.kitbag.precision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.DrawKey;
import io.kitbag.models.Node;
import io.kitbag.models.TensorSpec;
import io.kitbag.precision.internal.graph.Formats;
import io.kitbag.precision.internal.graph.GraphScript;
import io.kitbag.precision.internal.graph.NumberFormat;
import io.kitbag.precision.script.ScriptModule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Lets one look at every value of a training step and at its gradient: the network as it is
 * trained, with nothing overwritten, at the price of the memory for all of it.
 *
 * <p>It reads the weights of a {@link CompiledNetwork}, which must stay open, and changes nothing
 * of it, running statistics included. One thread; close it.
 */
public final class NetworkTrace implements AutoCloseable {

  private final CompiledNetwork network;
  private final ScriptModule script;

  private NetworkTrace(CompiledNetwork network, Formats formats) {
    this.network = network;
    this.script =
        ScriptModule.compile(
            network.manager(),
            GraphScript.traceMethod("trace", network.network(), formats, network.policy().layout())
                + GraphScript.HELPERS);
  }

  /** A trace in fp32, whatever the network's policy: values as they are before any rounding. */
  public static NetworkTrace fp32(CompiledNetwork network) {
    return new NetworkTrace(network, Formats.all(NumberFormat.of(Policy.fp32(), network.device())));
  }

  /**
   * A trace in which values are rounded to a format wherever a GPU would store them, forward and
   * backward, while arithmetic is fp32.
   */
  public static NetworkTrace emulating(ComputeType compute, CompiledNetwork network) {
    NumberFormat format =
        NumberFormat.of(new Policy(compute, Layout.NCHW, new LossScaling.None()), network.device());
    return new NetworkTrace(
        network, new Formats(new NumberFormat(format.code(), true), network.policy().fp32Nodes()));
  }

  /**
   * The values of a forward pass, fp32; all arrays are owned by the images' manager.
   *
   * @param values of all nodes but the first, the image, by name and in order
   * @param outputs the network's result, N × K, and auxiliary ones
   */
  public record Forward(Map<String, NDArray> values, NDList outputs) {}

  /**
   * The gradients of losses, fp32 and multiplied by their scales.
   *
   * @param ofValues by name and in order; those that no trained parameter leads to have none
   * @param ofParameters in the order of {@link CompiledNetwork#trained()}
   */
  public record Gradients(Map<String, NDArray> ofValues, NDList ofParameters) {}

  /**
   * The forward pass with batch statistics and dropping, recorded for {@link #gradients}.
   *
   * @param imagesNchw as for {@link CompiledNetwork#train(NDArray, DrawKey)}
   * @param key as there
   */
  public Forward forward(NDArray imagesNchw, DrawKey key) {
    NDManager results = imagesNchw.getManager();
    NDList all =
        script.record(
            results,
            "trace",
            imagesNchw,
            network.parameters(),
            network.copyOfUntrained(results),
            results.create(key.halves()));
    List<Node> nodes = network.network().nodes();
    Map<String, NDArray> values = new LinkedHashMap<>();
    NDList outputs = new NDList(all.get(nodes.indexOf(network.network().output())));
    network.network().auxiliary().ifPresent(node -> outputs.add(all.get(nodes.indexOf(node))));
    for (int i = 1; i < all.size(); i++) {
      values.put(nodes.get(i).name(), all.get(i));
    }
    all.get(0).close();
    return new Forward(values, outputs);
  }

  /**
   * Differentiates recorded scalars by every value and every trained parameter.
   *
   * @param losses computed from the pass's outputs; their graph is freed
   * @param scales multiply the gradients, as if the losses had been multiplied by them
   */
  public Gradients gradients(Forward forward, NDList losses, double... scales) {
    NDManager results = losses.get(0).getManager();
    List<String> names = new ArrayList<>();
    List<NDArray> by = new ArrayList<>();
    for (Node node : learning()) {
      names.add(node.name());
      by.add(forward.values().get(node.name()));
    }
    by.addAll(network.trained());
    NDList factors = new NDList();
    for (int i = 0; i < losses.size(); i++) {
      factors.add(results.create((float) scales[i]));
    }
    NDList found = network.differentiate(results, losses, factors, by);
    factors.close();
    Map<String, NDArray> ofValues = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      ofValues.put(names.get(i), found.get(i));
    }
    return new Gradients(ofValues, new NDList(found.subList(names.size(), found.size())));
  }

  /** The nodes whose values depend on a trained parameter: others have no gradient. */
  private List<Node> learning() {
    Set<String> trained =
        network.trainedSpecs().stream().map(TensorSpec::name).collect(Collectors.toSet());
    Set<Node> learning = new LinkedHashSet<>();
    for (Node node : network.network().nodes()) {
      if (node.inputs().stream().anyMatch(learning::contains)
          || node.tensors().stream().anyMatch(tensor -> trained.contains(tensor.name()))) {
        learning.add(node);
      }
    }
    return List.copyOf(learning);
  }

  /** Specifications of the parameters that gradients are for. */
  public List<TensorSpec> parameters() {
    return network.trainedSpecs();
  }

  @Override
  public void close() {
    script.close();
  }
}
