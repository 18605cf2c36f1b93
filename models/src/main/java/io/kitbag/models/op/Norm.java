package io.kitbag.models.op;

/** A normalisation with a scale γ and a shift β per channel. */
public sealed interface Norm extends Op permits BatchNorm, GroupNorm {

  int channels();

  /**
   * Whether γ starts at 0 instead of 1, for the last normalisation of a residual block (He et al.,
   * arXiv 1812.01187, section 3.1).
   */
  boolean zeroGamma();

  Norm withZeroGamma(boolean zero);
}
