package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import java.util.List;

/**
 * The mean of each channel.
 *
 * @param flatten gives a vector, for a linear layer; otherwise a map of 1 × 1, for a convolution
 */
public record GlobalAvgPool(boolean flatten) implements Op {

  /** As a vector. */
  public GlobalAvgPool() {
    this(true);
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    return FeatureMap.vector(inputs.get(0).channels());
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.globalAvgPool(this);
  }
}
