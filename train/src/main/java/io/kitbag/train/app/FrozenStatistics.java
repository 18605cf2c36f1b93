package io.kitbag.train.app;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Op;
import io.kitbag.optim.NamePattern;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Batch norms that keep their running statistics and use them in training, for fine-tuning. */
final class FrozenStatistics {

  private FrozenStatistics() {}

  /**
   * The same network with some batch norms frozen.
   *
   * @param patterns of the names of layers, such as {@code layer1.*}
   * @throws IllegalArgumentException naming a pattern that fits no batch norm
   */
  static Network of(Network network, List<NamePattern> patterns) {
    if (patterns.isEmpty()) {
      return network;
    }
    for (NamePattern pattern : patterns) {
      if (network.nodes().stream()
          .noneMatch(node -> node.op() instanceof BatchNorm && pattern.matches(node.name()))) {
        throw new IllegalArgumentException(
            "%s fits no batch norm of %s".formatted(pattern.text(), network.name()));
      }
    }
    Network.Builder net = Network.builder(network.name(), network.inputChannels());
    Map<Node, Node> copies = new HashMap<>();
    copies.put(network.nodes().get(0), net.input());
    for (Node node : network.nodes().subList(1, network.nodes().size())) {
      Op op = node.op();
      if (op instanceof BatchNorm norm
          && patterns.stream().anyMatch(pattern -> pattern.matches(node.name()))) {
        op = norm.withFrozen(true);
      }
      Node[] inputs = node.inputs().stream().map(copies::get).toArray(Node[]::new);
      copies.put(node, net.add(node.name(), op, inputs));
    }
    network.auxiliary().ifPresent(node -> net.auxiliary(copies.get(node)));
    return net.build();
  }
}
