package io.kitbag.precision.internal.graph;

import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.Activation;
import io.kitbag.models.op.Add;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.Op;
import io.kitbag.models.op.Relu;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which nodes of a network for inference run as one operator: a convolution with the addition and
 * the activation behind it, as long as nobody else reads what lies between.
 */
final class FusionPlan {

  /**
   * Nodes that are one operator. It runs where the last of them would.
   *
   * @param add what follows the convolution, if that is added to something
   * @param addend the other input of {@code add}
   * @param activation what follows then; only {@link Relu} behind an addition
   * @param overwrites whether the result may take the addend's place
   */
  record Group(
      Node conv,
      Optional<Node> add,
      Optional<Node> addend,
      Optional<Node> activation,
      boolean overwrites) {

    Node last() {
      return activation.or(() -> add).orElse(conv);
    }

    private Group overwriting() {
      return new Group(conv, add, addend, activation, true);
    }
  }

  private final Map<Node, List<Node>> readers = new HashMap<>();
  private final Map<Node, Group> groups = new HashMap<>();
  private final Node output;

  private FusionPlan(Network network) {
    output = network.output();
    for (Node node : network.nodes(false)) {
      node.inputs().forEach(in -> readers.computeIfAbsent(in, key -> new ArrayList<>()).add(node));
    }
  }

  /** Fuses nothing. */
  static FusionPlan none(Network network) {
    return new FusionPlan(network);
  }

  /**
   * Fuses all that can be.
   *
   * @param unfit nodes whose values have another type than the convolutions', or that compute in
   *     another one
   * @param additions whether additions too: PyTorch does that in channels_last only, without groups
   */
  static FusionPlan of(Network network, Set<Node> unfit, boolean additions) {
    FusionPlan plan = new FusionPlan(network);
    for (Node node : network.nodes(false)) {
      if (node.op() instanceof Conv2d conv && !unfit.contains(node)) {
        plan.group(node, unfit, additions && conv.groups() == 1).ifPresent(plan::put);
      }
    }
    plan.chooseInPlace(network);
    return plan;
  }

  /** The group that a node is part of. */
  Optional<Group> of(Node node) {
    return Optional.ofNullable(groups.get(node));
  }

  private void put(Group group) {
    groups.put(group.conv(), group);
    group.add().ifPresent(node -> groups.put(node, group));
    group.activation().ifPresent(node -> groups.put(node, group));
  }

  private Optional<Group> group(Node conv, Set<Node> unfit, boolean additions) {
    Optional<Node> next = onlyReader(conv).filter(node -> !unfit.contains(node));
    if (next.isEmpty() || groups.containsKey(next.get())) {
      return Optional.empty();
    }
    Node reader = next.get();
    if (isFusible(reader.op())) {
      return Optional.of(
          new Group(conv, Optional.empty(), Optional.empty(), Optional.of(reader), false));
    }
    if (!additions || !(reader.op() instanceof Add)) {
      return Optional.empty();
    }
    Node addend = reader.inputs().get(reader.inputs().get(0) == conv ? 1 : 0);
    if (unfit.contains(addend)) {
      return Optional.empty();
    }
    Optional<Node> relu =
        onlyReader(reader).filter(node -> node.op() instanceof Relu && !unfit.contains(node));
    return Optional.of(new Group(conv, Optional.of(reader), Optional.of(addend), relu, false));
  }

  private Optional<Node> onlyReader(Node node) {
    List<Node> all = readers.getOrDefault(node, List.of());
    return node != output && all.size() == 1 ? Optional.of(all.get(0)) : Optional.empty();
  }

  /** What oneDNN applies to the sum of a convolution. */
  private static boolean isFusible(Op op) {
    return op instanceof Relu
        || (op instanceof Activation activation
            && activation.function() != Activation.Function.HARD_SIGMOID);
  }

  /** An addend is overwritten if nothing that runs later, nor the convolution, reads it. */
  private void chooseInPlace(Network network) {
    Map<Node, Integer> places = new HashMap<>();
    network.nodes(false).forEach(node -> places.put(node, places.size()));
    for (Group group : Set.copyOf(groups.values())) {
      if (group.addend().isPresent() && group.conv().inputs().get(0) != group.addend().get()) {
        int here = places.get(group.last());
        boolean isLastReader =
            readers.get(group.addend().get()).stream()
                .mapToInt(reader -> places.get(of(reader).map(Group::last).orElse(reader)))
                .allMatch(place -> place <= here);
        if (isLastReader) {
          put(group.overwriting());
        }
      }
    }
  }
}
