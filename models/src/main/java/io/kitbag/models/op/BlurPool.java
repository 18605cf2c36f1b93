package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import java.util.List;

/**
 * A fixed low-pass filter before subsampling (Zhang, arXiv 1904.11486): each channel is reflected
 * at its edges by one, convolved with the outer product of [1 2 1] / 4 and sampled with a stride,
 * as in timm's {@code BlurPool2d}.
 */
public record BlurPool(int stride) implements Op {

  /** The filter along one axis. */
  public static final List<Double> FILTER = List.of(0.25, 0.5, 0.25);

  public BlurPool {
    if (stride < 1) {
      throw new IllegalArgumentException("stride=" + stride + " must be positive");
    }
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    FeatureMap x = inputs.get(0);
    if (x.height() < 2 || x.width() < 2) {
      throw new IllegalArgumentException(
          "cannot reflect %s at its edges; use a larger image".formatted(x));
    }
    int kernel = FILTER.size();
    return new FeatureMap(
        x.channels(),
        Windows.floor(x.height(), kernel, stride, 1),
        Windows.floor(x.width(), kernel, stride, 1));
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.blurPool(this);
  }
}
