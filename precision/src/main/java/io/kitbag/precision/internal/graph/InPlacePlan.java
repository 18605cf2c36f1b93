package io.kitbag.precision.internal.graph;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.Add;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.Op;
import java.util.HashMap;
import java.util.Map;

/**
 * Which values may be overwritten by their reader: those that nobody else reads and that autograd
 * does not keep. PyTorch's convolution and batch norm keep their inputs, not their results; ReLU
 * keeps its result.
 */
final class InPlacePlan {

  private final Map<Node, Integer> readers = new HashMap<>();

  InPlacePlan(Network network) {
    for (Node node : network.nodes()) {
      node.inputs().forEach(input -> readers.merge(input, 1, Integer::sum));
    }
  }

  boolean mayOverwrite(Node reader, int input) {
    Node value = reader.inputs().get(input);
    return readers.get(value) == 1 && isForgotten(value.op());
  }

  private static boolean isForgotten(Op op) {
    return op instanceof BatchNorm || op instanceof Conv2d || op instanceof Add;
  }
}
