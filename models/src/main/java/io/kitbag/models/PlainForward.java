package io.kitbag.models;

import ai.djl.ndarray.NDArray;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Runs a network with DJL operators, one node after another. */
final class PlainForward {

  private final Network network;
  private final boolean keepsIntermediates;

  PlainForward(Network network, boolean keepsIntermediates) {
    this.network = network;
    this.keepsIntermediates = keepsIntermediates;
  }

  /**
   * The result for {@code imagesNchw}, on the manager of that.
   *
   * @param tensors a parameter or buffer by its full name
   */
  NDArray run(NDArray imagesNchw, Function<String, NDArray> tensors, boolean training) {
    Map<Node, Integer> readersLeft = new HashMap<>();
    for (Node node : network.nodes()) {
      node.inputs().forEach(input -> readersLeft.merge(input, 1, Integer::sum));
    }
    Map<Node, NDArray> live = new HashMap<>();
    try {
      for (Node node : network.nodes()) {
        List<NDArray> inputs =
            node.op().arity() == 0
                ? List.of(imagesNchw)
                : node.inputs().stream().map(live::get).toList();
        live.put(node, node.op().accept(new PlainOp(node.name(), inputs, tensors, training)));
        for (Node input : node.inputs()) {
          if (readersLeft.merge(input, -1, Integer::sum) == 0) {
            release(live.remove(input), imagesNchw);
          }
        }
      }
      return live.remove(network.output());
    } finally {
      live.values().forEach(value -> release(value, imagesNchw));
    }
  }

  private void release(NDArray value, NDArray imagesNchw) {
    if (value != imagesNchw && !keepsIntermediates) {
      value.close();
    }
  }
}
