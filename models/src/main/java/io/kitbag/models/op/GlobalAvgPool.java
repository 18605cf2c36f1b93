package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import java.util.List;

/** The mean of each channel, as a vector. */
public record GlobalAvgPool() implements Op {

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    return FeatureMap.vector(inputs.get(0).channels());
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.globalAvgPool(this);
  }
}
