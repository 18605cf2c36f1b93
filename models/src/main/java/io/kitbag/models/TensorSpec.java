package io.kitbag.models;

import java.util.List;

/**
 * One named tensor of a network: a parameter that is trained or a buffer that is only tracked.
 *
 * @param name path as in torchvision and timm, such as {@code layer1.0.conv2.weight}
 * @param role what the tensor is for, which decides initialisation and weight decay
 * @param shape sizes in PyTorch's order; convolution weights are out × in/groups × height × width
 */
public record TensorSpec(String name, Role role, List<Integer> shape) {

  /** What a tensor is for. */
  public enum Role {
    CONV_WEIGHT(true),
    LINEAR_WEIGHT(true),
    BIAS(true),
    NORM_WEIGHT(true),
    NORM_BIAS(true),
    RUNNING_MEAN(false),
    RUNNING_VAR(false);

    private final boolean trainable;

    Role(boolean trainable) {
      this.trainable = trainable;
    }

    /** True for parameters, false for buffers. */
    public boolean trainable() {
      return trainable;
    }

    /** True for convolution and linear weights, the only ones that "no bias decay" decays. */
    public boolean isWeightMatrix() {
      return this == CONV_WEIGHT || this == LINEAR_WEIGHT;
    }
  }

  public TensorSpec {
    shape = List.copyOf(shape);
  }

  /** Number of values. */
  public long size() {
    return shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact);
  }

  /** The same tensor under {@code node.name}. */
  public TensorSpec within(String node) {
    return new TensorSpec(node + "." + name, role, shape);
  }
}
