package io.kitbag.models;

import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Input;
import io.kitbag.models.op.Op;
import io.kitbag.models.weights.HostTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A network as data: operations in order, each reading earlier ones. Immutable and thread-safe.
 *
 * <p>From this one description come shapes, counts, tensor names, the plain execution ({@link
 * NetworkBlock}) and the compiled one (module {@code io.kitbag.precision}).
 */
public final class Network {

  private final String name;
  private final List<Node> nodes;
  private final List<Node> inferenceNodes;
  private final Optional<Node> auxiliary;
  private final DropStreams dropStreams;

  private Network(String name, List<Node> nodes, @Nullable Node auxiliary) {
    this.name = name;
    this.nodes = List.copyOf(nodes);
    this.auxiliary = Optional.ofNullable(auxiliary);
    this.inferenceNodes = sources(output());
    this.dropStreams = new DropStreams(this);
  }

  /** The nodes that a node's value depends on and itself, in order. */
  public List<Node> sources(Node result) {
    Set<Node> needed = new HashSet<>(Set.of(result));
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (needed.contains(nodes.get(i))) {
        needed.addAll(nodes.get(i).inputs());
      }
    }
    return nodes.stream().filter(needed::contains).toList();
  }

  /** Starts a network that takes images of {@code channels} channels. */
  public static Builder builder(String name, int channels) {
    return new Builder(name, channels);
  }

  public String name() {
    return name;
  }

  /** All nodes, inputs before their users; the first is the {@link Input}, the last the result. */
  public List<Node> nodes() {
    return nodes;
  }

  /** The node whose value is the network's result. */
  public Node output() {
    return nodes.get(nodes.size() - 1);
  }

  /**
   * The node whose value is a second result, wanted in training only: the logits of an auxiliary
   * head, whose loss is added to the main one with some weight (Szegedy et al., arXiv 1409.4842).
   */
  public Optional<Node> auxiliary() {
    return auxiliary;
  }

  /** The nodes to run: all when training, otherwise those that {@link #output} depends on. */
  public List<Node> nodes(boolean training) {
    return training ? nodes : inferenceNodes;
  }

  /** Where its dropping nodes draw from. */
  public DropStreams dropStreams() {
    return dropStreams;
  }

  /**
   * The same network with other operations under the same names.
   *
   * @param change gives the operation that takes an operation's place, of the same arity
   */
  public Network mapOps(UnaryOperator<Op> change) {
    Map<Node, Node> copies = new HashMap<>();
    List<Node> changed = new ArrayList<>();
    for (Node node : nodes) {
      List<Node> inputs = node.inputs().stream().map(copies::get).toList();
      Node copy = new Node(node.name(), change.apply(node.op()), inputs);
      copies.put(node, copy);
      changed.add(copy);
    }
    return new Network(name, changed, auxiliary.map(copies::get).orElse(null));
  }

  /** The same network with its batch norms frozen; see {@link BatchNorm#frozen}. */
  public Network withFrozenBatchNorm() {
    return mapOps(op -> op instanceof BatchNorm norm ? norm.withFrozen(true) : op);
  }

  /** The same network under another name. */
  public Network withName(String newName) {
    return new Network(newName, nodes, auxiliary.orElse(null));
  }

  public int inputChannels() {
    return ((Input) nodes.get(0).op()).channels();
  }

  /** Parameters and buffers in the order of a PyTorch state dict. */
  public List<TensorSpec> tensors() {
    return nodes.stream().flatMap(node -> node.tensors().stream()).toList();
  }

  /**
   * The extent of every node's result for an image of this size.
   *
   * @throws IllegalArgumentException naming the first node that the image or its inputs do not fit
   */
  public Map<Node, FeatureMap> shapes(FeatureMap image) {
    Map<Node, FeatureMap> shapes = new LinkedHashMap<>();
    for (Node node : nodes) {
      List<FeatureMap> inputs =
          node.op().arity() == 0
              ? List.of(image)
              : node.inputs().stream().map(shapes::get).toList();
      try {
        shapes.put(node, node.op().output(inputs));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "%s: node %s (%s) %s".formatted(name, node.name(), node.op(), e.getMessage()), e);
      }
    }
    return shapes;
  }

  /** Number of trained values. */
  public long parameterCount() {
    return tensors().stream()
        .filter(tensor -> tensor.role().trainable())
        .mapToLong(TensorSpec::size)
        .sum();
  }

  /**
   * Checks that values can be loaded into this network.
   *
   * @throws IllegalArgumentException listing every tensor that is missing, unknown, misshapen or
   *     not float32
   */
  public void requireMatching(Map<String, HostTensor> values) {
    TensorMatch.check(this, values);
  }

  /** Shapes, parameters and multiply-adds per layer for an image of this size. */
  public NetworkSummary summary(int height, int width) {
    return NetworkSummary.of(this, new FeatureMap(inputChannels(), height, width));
  }

  /** A DJL block that runs this network operator by operator; see {@link NetworkBlock}. */
  public NetworkBlock toBlock() {
    return new NetworkBlock(this);
  }

  @Override
  public String toString() {
    return "%s (%d nodes, %,d parameters)".formatted(name, nodes.size(), parameterCount());
  }

  /** Adds nodes one after another; not thread-safe. */
  public static final class Builder {

    private final String name;
    private final List<Node> nodes = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private @Nullable Node auxiliary;

    private Builder(String name, int channels) {
      this.name = name;
      add("input", new Input(channels));
    }

    /** The node that stands for the image. */
    public Node input() {
      return nodes.get(0);
    }

    /** Appends an operation that reads {@code inputs} and returns its node. */
    public Node add(String nodeName, Op op, Node... inputs) {
      for (Node input : inputs) {
        if (!nodes.contains(input)) {
          throw new IllegalArgumentException(
              "node %s reads %s, which is not in network %s".formatted(nodeName, input, name));
        }
      }
      if (!names.add(nodeName)) {
        throw new IllegalArgumentException(
            "network %s has two nodes named %s".formatted(name, nodeName));
      }
      Node node = new Node(nodeName, op, List.of(inputs));
      nodes.add(node);
      return node;
    }

    /** Makes a node that is not the last one the second result; see {@link Network#auxiliary}. */
    public void auxiliary(Node node) {
      if (auxiliary != null || !nodes.contains(node)) {
        throw new IllegalArgumentException(
            "network %s cannot have %s as auxiliary output: it %s"
                .formatted(name, node, auxiliary == null ? "is not in it" : "has one already"));
      }
      auxiliary = node;
    }

    /** The finished network; its result is the node that was added last. */
    public Network build() {
      Set<Node> read = new HashSet<>();
      nodes.forEach(node -> read.addAll(node.inputs()));
      Stream.ofNullable(auxiliary).forEach(read::add);
      for (Node node : nodes.subList(0, nodes.size() - 1)) {
        if (!read.contains(node)) {
          throw new IllegalArgumentException(
              "network %s: nothing reads node %s".formatted(name, node.name()));
        }
      }
      return new Network(name, nodes, auxiliary);
    }
  }
}
