package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import java.util.List;

/**
 * The channels of several maps of equal height and width, one after another.
 *
 * @param arity how many maps
 */
public record Concat(int arity) implements Op {

  public Concat {
    if (arity < 2) {
      throw new IllegalArgumentException("arity=" + arity + " must be at least 2");
    }
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    FeatureMap first = inputs.get(0);
    int channels = 0;
    for (FeatureMap x : inputs) {
      if (x.height() != first.height() || x.width() != first.width()) {
        throw new IllegalArgumentException("joins %s and %s, which differ".formatted(first, x));
      }
      channels += x.channels();
    }
    return new FeatureMap(channels, first.height(), first.width());
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.concat(this);
  }
}
