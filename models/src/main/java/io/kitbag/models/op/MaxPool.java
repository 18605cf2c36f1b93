package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import java.util.List;

/** Maximum over square windows. */
public record MaxPool(int kernel, int stride, int padding) implements Op {

  public MaxPool {
    if (kernel < 1 || stride < 1 || padding < 0 || padding > kernel / 2) {
      throw new IllegalArgumentException(
          "kernel=%d and stride=%d must be positive and padding=%d at most half the kernel"
              .formatted(kernel, stride, padding));
    }
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    FeatureMap x = inputs.get(0);
    return new FeatureMap(
        x.channels(),
        Windows.floor(x.height(), kernel, stride, padding),
        Windows.floor(x.width(), kernel, stride, padding));
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.maxPool(this);
  }
}
