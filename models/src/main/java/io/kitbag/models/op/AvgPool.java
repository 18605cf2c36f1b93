package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import java.util.List;

/**
 * Mean over square windows. Padding counts as zeros, which is PyTorch's default and what
 * Inception-V3 does.
 *
 * @param ceilMode a window may reach over the far edge; it is averaged over its values inside the
 *     map, as GluonCV and timm do in the "d" shortcut
 */
public record AvgPool(int kernel, int stride, int padding, boolean ceilMode) implements Op {

  public AvgPool {
    if (kernel < 1 || stride < 1 || padding < 0 || padding > kernel / 2) {
      throw new IllegalArgumentException(
          "kernel=%d and stride=%d must be positive and padding=%d at most half the kernel"
              .formatted(kernel, stride, padding));
    }
  }

  /** Without padding. */
  public AvgPool(int kernel, int stride, boolean ceilMode) {
    this(kernel, stride, 0, ceilMode);
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    FeatureMap x = inputs.get(0);
    return new FeatureMap(
        x.channels(),
        Windows.count(x.height(), kernel, stride, padding, ceilMode),
        Windows.count(x.width(), kernel, stride, padding, ceilMode));
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.avgPool(this);
  }
}
