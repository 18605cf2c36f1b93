package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.TensorSpec.Role;
import java.util.ArrayList;
import java.util.List;

/** A square 2-D convolution (cross-correlation, as everywhere in the field) with zero padding. */
public record Conv2d(int in, int out, int kernel, int stride, int padding, int groups, boolean bias)
    implements Op {

  public Conv2d {
    if (in < 1 || out < 1 || kernel < 1 || stride < 1 || padding < 0) {
      throw new IllegalArgumentException(
          "in=%d, out=%d, kernel=%d, stride=%d must be positive and padding=%d not negative"
              .formatted(in, out, kernel, stride, padding));
    }
    if (groups < 1 || in % groups != 0 || out % groups != 0) {
      throw new IllegalArgumentException(
          "groups=%d must divide in=%d and out=%d".formatted(groups, in, out));
    }
  }

  /** Without bias and with padding kernel/2, as in front of a batch norm. */
  public static Conv2d of(int in, int out, int kernel, int stride) {
    return new Conv2d(in, out, kernel, stride, kernel / 2, 1, false);
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    FeatureMap x = inputs.get(0);
    if (x.channels() != in) {
      throw new IllegalArgumentException("takes %d channels but gets %s".formatted(in, x));
    }
    return new FeatureMap(
        out,
        Windows.floor(x.height(), kernel, stride, padding),
        Windows.floor(x.width(), kernel, stride, padding));
  }

  @Override
  public List<TensorSpec> tensors() {
    List<TensorSpec> tensors = new ArrayList<>();
    tensors.add(
        new TensorSpec("weight", Role.CONV_WEIGHT, List.of(out, in / groups, kernel, kernel)));
    if (bias) {
      tensors.add(new TensorSpec("bias", Role.BIAS, List.of(out)));
    }
    return tensors;
  }

  @Override
  public long macs(FeatureMap output) {
    return output.size() * (in / groups) * kernel * kernel;
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.conv2d(this);
  }
}
