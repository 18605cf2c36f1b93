package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import java.util.List;

/**
 * Stochastic depth (Huang et al., arXiv 1603.09382) as timm's {@code DropPath}: while training sets
 * all values of an image to 0 with probability {@code rate} and divides those of the other images
 * by 1 - rate; otherwise hands its input on. It stands at the end of a residual branch.
 */
public record DropPath(double rate) implements Op {

  public DropPath {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException("rate=" + rate + " must be at least 0 and below 1");
    }
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    return inputs.get(0);
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.dropPath(this);
  }
}
