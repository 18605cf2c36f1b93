package io.kitbag.precision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.precision.Reference.Batch;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Chooses images for which rounding cannot change what a max-pool picks. Where the two largest
 * values of a window are nearer than the rounding errors of their computation, two right executions
 * send a gradient to different places; no tolerance tells that from a mistake.
 */
final class PoolTies {

  private static final int TRIES = 8;

  /** Some 25 rounding steps of fp32 at activations of about 1. */
  private static final double SAFE = 3e-6;

  private PoolTies() {}

  /** Images with the widest gap of some tries; any images if the network pools nowhere. */
  static Batch batchWithoutTies(
      Network network,
      Map<String, HostTensor> values,
      int size,
      int height,
      int width,
      int classes) {
    List<Node> pools =
        network.nodes(false).stream().filter(node -> node.op() instanceof MaxPool).toList();
    Batch best = Batch.random(size, network.inputChannels(), height, width, classes, 1);
    double widest = smallestGap(network, pools, values, best);
    for (int seed = 2; seed <= TRIES && widest < Double.POSITIVE_INFINITY; seed++) {
      Batch batch = Batch.random(size, network.inputChannels(), height, width, classes, seed);
      double gap = smallestGap(network, pools, values, batch);
      if (gap > widest) {
        best = batch;
        widest = gap;
      }
    }
    if (widest < SAFE) {
      throw new AssertionError(
          "%s at %dx%d: of %d batches the best has a window whose two largest values differ by %s; take fewer or smaller images"
              .formatted(network.name(), height, width, TRIES, widest));
    }
    return best;
  }

  private static double smallestGap(
      Network network, List<Node> pools, Map<String, HostTensor> values, Batch batch) {
    double smallest = Double.POSITIVE_INFINITY;
    for (Node pool : pools) {
      smallest = Math.min(smallest, gap(network, pool, values, batch));
    }
    return smallest;
  }

  /** Over the windows of one pool. Equal values are zeros from a ReLU, where gradients end. */
  private static double gap(
      Network network, Node pool, Map<String, HostTensor> values, Batch batch) {
    Network before = until(network, pool.inputs().get(0));
    Map<String, HostTensor> needed = new LinkedHashMap<>();
    before.tensors().forEach(tensor -> needed.put(tensor.name(), values.get(tensor.name())));
    var block = before.toBlock();
    block.load(needed);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      NDArray images = batch.imagesNchw(manager);
      block.initialize(manager, DataType.FLOAT32, images.getShape());
      NDArray map =
          block.forward(new ParameterStore(manager, false), new NDList(images), true).get(0);
      Shape shape = map.getShape();
      double gap =
          gap(
              map.toFloatArray(),
              Math.toIntExact(shape.get(0) * shape.get(1)),
              Math.toIntExact(shape.get(2)),
              Math.toIntExact(shape.get(3)),
              (MaxPool) pool.op());
      block.clear();
      return gap;
    }
  }

  private static double gap(float[] planes, int count, int height, int width, MaxPool pool) {
    double smallest = Double.POSITIVE_INFINITY;
    for (int plane = 0; plane < count; plane++) {
      for (int top = -pool.padding();
          top + pool.kernel() <= height + pool.padding();
          top += pool.stride()) {
        for (int left = -pool.padding();
            left + pool.kernel() <= width + pool.padding();
            left += pool.stride()) {
          float first = Float.NEGATIVE_INFINITY;
          float second = Float.NEGATIVE_INFINITY;
          for (int y = Math.max(top, 0); y < Math.min(top + pool.kernel(), height); y++) {
            for (int x = Math.max(left, 0); x < Math.min(left + pool.kernel(), width); x++) {
              float value = planes[(plane * height + y) * width + x];
              if (value > first) {
                second = first;
                first = value;
              } else {
                second = Math.max(second, value);
              }
            }
          }
          if (first > second) {
            smallest = Math.min(smallest, first - second);
          }
        }
      }
    }
    return smallest;
  }

  private static Network until(Network network, Node last) {
    Network.Builder net = Network.builder(network.name(), network.inputChannels());
    Map<Node, Node> copies = new HashMap<>(Map.of(network.nodes().get(0), net.input()));
    for (Node node : network.sources(last).subList(1, network.sources(last).size())) {
      Node[] inputs = node.inputs().stream().map(copies::get).toArray(Node[]::new);
      copies.put(node, net.add(node.name(), node.op(), inputs));
    }
    return net.build();
  }
}
