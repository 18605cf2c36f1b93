package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.TensorSpec.Role;
import java.util.ArrayList;
import java.util.List;

/** A fully connected layer on a vector: y = W x + b. */
public record Linear(int in, int out, boolean bias) implements Op {

  public Linear {
    if (in < 1 || out < 1) {
      throw new IllegalArgumentException("in=%d and out=%d must be positive".formatted(in, out));
    }
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    if (!inputs.get(0).equals(FeatureMap.vector(in))) {
      throw new IllegalArgumentException(
          "takes a vector of %d but gets %s".formatted(in, inputs.get(0)));
    }
    return FeatureMap.vector(out);
  }

  @Override
  public List<TensorSpec> tensors() {
    List<TensorSpec> tensors = new ArrayList<>();
    tensors.add(new TensorSpec("weight", Role.LINEAR_WEIGHT, List.of(out, in)));
    if (bias) {
      tensors.add(new TensorSpec("bias", Role.BIAS, List.of(out)));
    }
    return tensors;
  }

  @Override
  public long macs(FeatureMap output) {
    return (long) in * out;
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.linear(this);
  }
}
