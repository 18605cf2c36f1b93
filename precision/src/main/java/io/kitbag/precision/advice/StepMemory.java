package io.kitbag.precision.advice;

import io.kitbag.models.FeatureMap;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.op.Activation;
import io.kitbag.models.op.Activation.Function;
import io.kitbag.models.op.Add;
import io.kitbag.models.op.BlurPool;
import io.kitbag.models.op.Concat;
import io.kitbag.models.op.DropPath;
import io.kitbag.models.op.Dropout;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Input;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.Op;
import io.kitbag.models.op.Relu;
import io.kitbag.models.op.Scale;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The memory of a training step, from the network's shapes: what autograd keeps between the forward
 * and the backward pass, what a pass needs for a moment, and what does not depend on the batch.
 *
 * @param layers values that are kept, in the order of the network
 * @param keptBytesPerImage sum over the layers
 * @param passingBytesPerImage the most that gradients take at one time: of a layer's result and of
 *     its inputs
 * @param fixedBytes fp32 weights, their gradients, the optimizer's state, reduced copies of weights
 */
public record StepMemory(
    List<Layer> layers, long keptBytesPerImage, long passingBytesPerImage, long fixedBytes) {

  private static final int FLOAT_BYTES = 4;
  private static final int INDEX_BYTES = 8;

  /**
   * What one layer adds.
   *
   * @param name of the node
   * @param values of its result, for one image
   * @param keptBytes what autograd keeps of it, for one image; 0 if nothing needs it
   */
  public record Layer(String name, long values, long keptBytes) {}

  public StepMemory {
    layers = List.copyOf(layers);
  }

  /**
   * The memory of a network's step.
   *
   * @param bytesPerValue of an activation: 2 or 4
   * @param optimizerSlots fp32 values of optimizer state for each weight, such as 1 for momentum
   */
  public static StepMemory of(
      Network network, FeatureMap image, int bytesPerValue, int optimizerSlots) {
    Map<Node, FeatureMap> shapes = network.shapes(image);
    Set<Node> kept = kept(network);
    List<Layer> layers = new ArrayList<>();
    long passing = 0;
    for (Node node : network.nodes()) {
      long values = shapes.get(node).size();
      long bytes = kept.contains(node) ? values * bytesPerValue : 0;
      if (node.op() instanceof MaxPool) {
        bytes += values * INDEX_BYTES;
      }
      layers.add(new Layer(node.name(), values, bytes));
      long inputs = node.inputs().stream().mapToLong(in -> shapes.get(in).size()).sum();
      passing = Math.max(passing, (values + inputs) * bytesPerValue);
    }
    long parameters = network.parameterCount();
    long copies = bytesPerValue < FLOAT_BYTES ? reducedCopies(network, bytesPerValue) : 0;
    return new StepMemory(
        layers,
        layers.stream().mapToLong(Layer::keptBytes).sum(),
        passing,
        parameters * FLOAT_BYTES * (2L + optimizerSlots) + copies);
  }

  /**
   * The values that some derivative needs: of most operations their inputs, of ReLU its result.
   * Values that are overwritten in place are none of them.
   */
  private static Set<Node> kept(Network network) {
    Set<Node> kept = new HashSet<>();
    for (Node node : network.nodes()) {
      if (keepsResult(node.op())) {
        kept.add(node);
      } else if (keepsInputs(node.op())) {
        kept.addAll(node.inputs());
      }
    }
    return kept;
  }

  private static boolean keepsResult(Op op) {
    return op instanceof Relu
        || op instanceof Dropout
        || (op instanceof Activation activation
            && (activation.function() == Function.SIGMOID
                || activation.function() == Function.RELU6));
  }

  /** The derivatives of linear functions are constants; dropout keeps its factors instead. */
  private static boolean keepsInputs(Op op) {
    return !(op instanceof Add
        || op instanceof Concat
        || op instanceof Scale
        || op instanceof DropPath
        || op instanceof BlurPool
        || op instanceof GlobalAvgPool
        || op instanceof Input);
  }

  private static long reducedCopies(Network network, int bytesPerValue) {
    return network.tensors().stream()
        .filter(tensor -> tensor.role().isWeightMatrix())
        .mapToLong(TensorSpec::size)
        .map(size -> size * bytesPerValue)
        .sum();
  }

  /** The peak of a step, as far as shapes tell. */
  public long bytes(int batch) {
    return fixedBytes + batch * (keptBytesPerImage + passingBytesPerImage);
  }

  /** The largest batch whose step fits into so many bytes; 0 if not even one image does. */
  public long largestBatch(long bytes) {
    return Math.max(0, (bytes - fixedBytes) / (keptBytesPerImage + passingBytesPerImage));
  }
}
