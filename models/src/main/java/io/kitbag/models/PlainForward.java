package io.kitbag.models;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
   * The result for {@code imagesNchw}, on the manager of that, and in training the auxiliary result
   * if there is one.
   *
   * @param tensors a parameter or buffer by its full name
   * @param key of the random numbers; empty when not training
   */
  NDList run(NDArray imagesNchw, Function<String, NDArray> tensors, Optional<DrawKey> key) {
    List<Node> nodes = network.nodes(key.isPresent());
    Map<Node, Integer> readersLeft = new HashMap<>();
    for (Node node : nodes) {
      node.inputs().forEach(input -> readersLeft.merge(input, 1, Integer::sum));
    }
    Map<Node, NDArray> live = new HashMap<>();
    try {
      for (Node node : nodes) {
        List<NDArray> inputs =
            node.op().arity() == 0
                ? List.of(imagesNchw)
                : node.inputs().stream().map(live::get).toList();
        PlainOp op = new PlainOp(node, inputs, tensors, key, network.dropStreams());
        live.put(node, node.op().accept(op));
        for (Node input : node.inputs()) {
          if (readersLeft.merge(input, -1, Integer::sum) == 0) {
            release(live.remove(input), imagesNchw, live);
          }
        }
      }
      NDList results = new NDList(live.remove(network.output()));
      if (key.isPresent()) {
        network.auxiliary().ifPresent(node -> results.add(live.remove(node)));
      }
      return results;
    } finally {
      live.values().forEach(value -> release(value, imagesNchw, Map.of()));
    }
  }

  /** Closes a value, unless a node that changes nothing has handed it on. */
  private void release(NDArray value, NDArray imagesNchw, Map<Node, NDArray> live) {
    boolean handedOn = live.values().stream().anyMatch(other -> other == value);
    if (value != imagesNchw && !handedOn && !keepsIntermediates) {
      value.close();
    }
  }
}
