package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import java.util.List;

/** max(x, 0). */
public record Relu() implements Op {

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    return inputs.get(0);
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.relu(this);
  }
}
