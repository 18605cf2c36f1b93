package io.kitbag.precision.internal.graph;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.Activation;
import io.kitbag.models.op.Activation.Function;
import io.kitbag.models.op.Add;
import io.kitbag.models.op.BlurPool;
import io.kitbag.models.op.ChannelScale;
import io.kitbag.models.op.Concat;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.DropPath;
import io.kitbag.models.op.Dropout;
import io.kitbag.models.op.Norm;
import io.kitbag.models.op.Op;
import io.kitbag.models.op.Scale;
import java.util.HashMap;
import java.util.Map;

/**
 * Which values may be overwritten by their reader: those that nobody else reads and that autograd
 * does not keep. PyTorch's convolutions, norms and products keep their inputs, not their results;
 * ReLU and sigmoid keep their results. Outside training dropping hands its input on, which may be
 * overwritten only if that may.
 */
final class InPlacePlan {

  private final Map<Node, Integer> readers = new HashMap<>();
  private final boolean training;

  InPlacePlan(Network network, boolean training) {
    this.training = training;
    for (Node node : network.nodes()) {
      node.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
    }
    network.auxiliary().ifPresent(node -> readers.merge(node, 1, Integer::sum));
  }

  private InPlacePlan() {
    this.training = true;
  }

  /** Leaves every value as it is. */
  static InPlacePlan nothing() {
    return new InPlacePlan();
  }

  boolean mayOverwrite(Node reader, int input) {
    Node value = reader.inputs().get(input);
    return readers.getOrDefault(value, 0) == 1 && isForgotten(value);
  }

  private boolean isForgotten(Node value) {
    Op op = value.op();
    if (op instanceof Dropout || op instanceof DropPath) {
      return training || mayOverwrite(value, 0);
    }
    return op instanceof Norm
        || op instanceof Conv2d
        || op instanceof Add
        || op instanceof ChannelScale
        || op instanceof Scale
        || op instanceof Concat
        || op instanceof BlurPool
        || (op instanceof Activation activation && isForgotten(activation.function()));
  }

  private static boolean isForgotten(Function function) {
    return switch (function) {
      case SILU, GELU, HARD_SWISH, HARD_SIGMOID -> true;
      case RELU6, SIGMOID -> false;
    };
  }
}
