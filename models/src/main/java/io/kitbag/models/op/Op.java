package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import io.kitbag.models.TensorSpec;
import java.util.List;

/**
 * One operation of a network, as a value. Everything that is derived from a network (shapes,
 * counts, plain and compiled execution) asks these methods or visits the variants.
 */
public sealed interface Op
    permits Input,
        Conv2d,
        Norm,
        Relu,
        Activation,
        Add,
        Concat,
        ChannelScale,
        Scale,
        MaxPool,
        AvgPool,
        BlurPool,
        GlobalAvgPool,
        Dropout,
        DropPath,
        Linear {

  /** Number of inputs the operation takes. */
  default int arity() {
    return 1;
  }

  /**
   * The extent of the result.
   *
   * @throws IllegalArgumentException if the inputs do not fit; the message says which and why
   */
  FeatureMap output(List<FeatureMap> inputs);

  /** Parameters and buffers, named relative to the node, in the order of a PyTorch state dict. */
  default List<TensorSpec> tensors() {
    return List.of();
  }

  /** Multiply-adds for one image, counted as in the literature: convolutions and linear layers. */
  default long macs(FeatureMap output) {
    return 0;
  }

  <R> R accept(OpVisitor<R> visitor);
}
