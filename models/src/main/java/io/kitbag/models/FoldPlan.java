package io.kitbag.models;

import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.DropPath;
import io.kitbag.models.op.Dropout;
import io.kitbag.models.op.Input;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * A network for inference: without what only training needs (an auxiliary output, dropping), and
 * without the batch norms that are made part of the convolution before them.
 *
 * <p>A batch norm that follows something else, or a convolution that others read too, stays.
 *
 * @param network with fewer nodes; a convolution that takes a batch norm keeps its name and gains a
 *     bias
 * @param joined the folded pairs by the name of the convolution
 */
public record FoldPlan(Network network, Map<String, Pair> joined) {

  /**
   * Two nodes of the original network.
   *
   * @param conv a {@link Conv2d}
   * @param norm a {@link BatchNorm} that alone reads it
   */
  public record Pair(Node conv, Node norm) {

    /** Whether the convolution had a bias before. */
    public boolean hadBias() {
      return ((Conv2d) conv.op()).bias();
    }

    /** The batch norm's ε. */
    public double eps() {
      return ((BatchNorm) norm.op()).eps();
    }
  }

  public FoldPlan {
    joined = Map.copyOf(joined);
  }

  /** Folds nothing. */
  public static FoldPlan none(Network network) {
    return rebuild(network, Map.of());
  }

  /**
   * Folds every batch norm that can be.
   *
   * @param wanted whether a pair shall be folded
   */
  public static FoldPlan batchNorms(Network network, Predicate<Pair> wanted) {
    Map<Node, Integer> readers = new HashMap<>();
    network
        .nodes()
        .forEach(node -> node.inputs().forEach(in -> readers.merge(in, 1, Integer::sum)));
    Map<Node, Pair> folded = new HashMap<>();
    for (Node node : network.nodes(false)) {
      if (node.op() instanceof BatchNorm) {
        Node before = node.inputs().get(0);
        Pair pair = new Pair(before, node);
        if (before.op() instanceof Conv2d && readers.get(before) == 1 && wanted.test(pair)) {
          folded.put(before, pair);
        }
      }
    }
    return rebuild(network, folded);
  }

  private static FoldPlan rebuild(Network network, Map<Node, Pair> folded) {
    Network.Builder net = Network.builder(network.name(), network.inputChannels());
    Map<String, Pair> joined = new LinkedHashMap<>();
    Map<Node, Node> copies = new HashMap<>();
    copies.put(network.nodes().get(0), net.input());
    for (Node node : network.nodes(false)) {
      if (node.op() instanceof Input || folded.containsKey(node)) {
        continue;
      }
      Node before = node.inputs().get(0);
      Pair pair = folded.get(before);
      if (node.op() instanceof Dropout || node.op() instanceof DropPath) {
        copies.put(node, copies.get(before));
      } else if (pair != null) {
        // The convolution takes the place of its batch norm, so that the result stays the last.
        copies.put(
            node, net.add(before.name(), biased((Conv2d) before.op()), inputs(before, copies)));
        joined.put(before.name(), pair);
      } else {
        copies.put(node, net.add(node.name(), node.op(), inputs(node, copies)));
      }
    }
    return new FoldPlan(net.build(), joined);
  }

  private static Node[] inputs(Node node, Map<Node, Node> copies) {
    return node.inputs().stream().map(copies::get).toArray(Node[]::new);
  }

  private static Conv2d biased(Conv2d op) {
    return new Conv2d(op.in(), op.out(), op.kernel(), op.stride(), op.padding(), op.groups(), true);
  }
}
