package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import java.util.List;

/**
 * While training sets each value to 0 with probability {@code rate} and divides the others by 1 -
 * rate (Srivastava et al., JMLR 15, 2014); otherwise hands its input on.
 */
public record Dropout(double rate) implements Op {

  public Dropout {
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
    return visitor.dropout(this);
  }
}
