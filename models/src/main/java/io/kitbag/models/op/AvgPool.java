package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import java.util.List;

/**
 * Mean over square windows without padding. In ceiling mode a window that reaches over the edge is
 * averaged over its values inside the map, as GluonCV and timm do in the "d" shortcut.
 */
public record AvgPool(int kernel, int stride, boolean ceilMode) implements Op {

  public AvgPool {
    if (kernel < 1 || stride < 1) {
      throw new IllegalArgumentException(
          "kernel=%d and stride=%d must be positive".formatted(kernel, stride));
    }
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    FeatureMap x = inputs.get(0);
    return new FeatureMap(
        x.channels(),
        Windows.count(x.height(), kernel, stride, 0, ceilMode),
        Windows.count(x.width(), kernel, stride, 0, ceilMode));
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.avgPool(this);
  }
}
