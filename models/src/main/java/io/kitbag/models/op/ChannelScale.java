package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import java.util.List;

/**
 * A map times one factor per channel: the last part of squeeze-and-excitation (Hu et al., arXiv
 * 1709.01507). The first input is the map, the second the factors as a map of 1 × 1.
 */
public record ChannelScale() implements Op {

  @Override
  public int arity() {
    return 2;
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    FeatureMap x = inputs.get(0);
    if (!inputs.get(1).equals(FeatureMap.vector(x.channels()))) {
      throw new IllegalArgumentException(
          "multiplies %s by %s instead of one factor per channel".formatted(x, inputs.get(1)));
    }
    return x;
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.channelScale(this);
  }
}
