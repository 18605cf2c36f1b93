package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.TensorSpec.Role;
import java.util.ArrayList;
import java.util.List;

/**
 * A 2-D convolution (cross-correlation, as everywhere in the field) with zero padding.
 *
 * @param groups parts of the channels that do not see each other; {@code in} for a depthwise one
 */
public record Conv2d(
    int in, int out, Size kernel, Size stride, Size padding, int groups, boolean bias)
    implements Op {

  public Conv2d {
    if (in < 1 || out < 1 || !kernel.isAtLeast(1) || !stride.isAtLeast(1)) {
      throw new IllegalArgumentException(
          "in=%d, out=%d, kernel=%s and stride=%s must be positive"
              .formatted(in, out, kernel, stride));
    }
    if (!padding.isAtLeast(0)) {
      throw new IllegalArgumentException("padding=%s must not be negative".formatted(padding));
    }
    if (groups < 1 || in % groups != 0 || out % groups != 0) {
      throw new IllegalArgumentException(
          "groups=%d must divide in=%d and out=%d".formatted(groups, in, out));
    }
  }

  /** With a square kernel, stride and padding. */
  public Conv2d(int in, int out, int kernel, int stride, int padding, int groups, boolean bias) {
    this(in, out, Size.square(kernel), Size.square(stride), Size.square(padding), groups, bias);
  }

  /** Without bias and with padding kernel/2, as in front of a batch norm. */
  public static Conv2d of(int in, int out, int kernel, int stride) {
    return new Conv2d(in, out, kernel, stride, kernel / 2, 1, false);
  }

  /** One kernel per channel, without bias and with padding kernel/2. */
  public static Conv2d depthwise(int channels, int kernel, int stride) {
    return of(channels, channels, kernel, stride).withGroups(channels);
  }

  public Conv2d withGroups(int number) {
    return new Conv2d(in, out, kernel, stride, padding, number, bias);
  }

  /** With equal strides along both axes. */
  public Conv2d withStride(int step) {
    return new Conv2d(in, out, kernel, Size.square(step), padding, groups, bias);
  }

  public Conv2d withBias() {
    return new Conv2d(in, out, kernel, stride, padding, groups, true);
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    FeatureMap x = inputs.get(0);
    if (x.channels() != in) {
      throw new IllegalArgumentException("takes %d channels but gets %s".formatted(in, x));
    }
    return new FeatureMap(
        out,
        Windows.floor(x.height(), kernel.height(), stride.height(), padding.height()),
        Windows.floor(x.width(), kernel.width(), stride.width(), padding.width()));
  }

  @Override
  public List<TensorSpec> tensors() {
    List<TensorSpec> tensors = new ArrayList<>();
    tensors.add(
        new TensorSpec(
            "weight",
            Role.CONV_WEIGHT,
            List.of(out, in / groups, kernel.height(), kernel.width())));
    if (bias) {
      tensors.add(new TensorSpec("bias", Role.BIAS, List.of(out)));
    }
    return tensors;
  }

  @Override
  public long macs(FeatureMap output) {
    return output.size() * (in / groups) * kernel.area();
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.conv2d(this);
  }
}
