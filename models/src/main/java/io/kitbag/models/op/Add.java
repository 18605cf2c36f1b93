package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import java.util.List;

/** The sum of a residual branch and its shortcut. */
public record Add() implements Op {

  @Override
  public int arity() {
    return 2;
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    if (!inputs.get(0).equals(inputs.get(1))) {
      throw new IllegalArgumentException(
          "adds %s and %s, which differ".formatted(inputs.get(0), inputs.get(1)));
    }
    return inputs.get(0);
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.add(this);
  }
}
