package io.kitbag.models.op;

import io.kitbag.models.FeatureMap;
import java.util.List;

/** A function of each value other than {@link Relu}. */
public record Activation(Function function) implements Op {

  /** The functions, as PyTorch defines them. */
  public enum Function {
    /** min(max(x, 0), 6): Howard et al., arXiv 1704.04861. */
    RELU6,
    /** x · sigmoid(x), also called swish: Ramachandran et al., arXiv 1710.05941. */
    SILU,
    /** x · Φ(x) with the exact Φ, from erf: Hendrycks and Gimpel, arXiv 1606.08415. */
    GELU,
    /** x · min(max(x + 3, 0), 6) / 6: Howard et al., arXiv 1905.02244. */
    HARD_SWISH,
    /** min(max(x + 3, 0), 6) / 6. */
    HARD_SIGMOID,
    /** 1 / (1 + exp(-x)). */
    SIGMOID
  }

  @Override
  public FeatureMap output(List<FeatureMap> inputs) {
    return inputs.get(0);
  }

  @Override
  public <R> R accept(OpVisitor<R> visitor) {
    return visitor.activation(this);
  }
}
