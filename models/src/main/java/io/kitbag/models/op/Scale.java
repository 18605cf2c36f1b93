package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import java.util.List;

/** Every value times a constant, such as the factor on the logits of short CIFAR trainings. */
public record Scale(double factor) implements Op {

  public Scale {
    if (!Double.isFinite(factor)) {
      throw new IllegalArgumentException("factor=" + factor + " must be finite");
    }
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    return inputs.get(0);
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.scale(this);
  }
}
