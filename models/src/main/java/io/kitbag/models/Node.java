package io.kitbag.models;

import io.kitbag.models.op.Op;
import java.util.List;

/**
 * One operation in a network, with the nodes it reads.
 *
 * @param name path of the layer as in torchvision and timm, such as {@code layer1.0.conv2}
 * @param inputs nodes that come earlier in the same network
 */
public record Node(String name, Op op, List<Node> inputs) {

  public Node {
    inputs = List.copyOf(inputs);
    if (name.isBlank()) {
      throw new IllegalArgumentException("a node needs a name");
    }
    if (inputs.size() != op.arity()) {
      throw new IllegalArgumentException(
          "node %s: %s takes %d inputs, not %d".formatted(name, op, op.arity(), inputs.size()));
    }
  }

  /** Parameters and buffers under their full names. */
  public List<TensorSpec> tensors() {
    return op.tensors().stream().map(tensor -> tensor.within(name)).toList();
  }

  /** Identity: two layers with equal settings are still two layers. */
  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return name;
  }
}
