package io.kitbag.optim;

/** How weight decay λ enters an update, with learning rate η, gradient g and weight w. */
public enum Decay {
  /** g ← g + λ·w before anything else: L2 regularisation, as {@code torch.optim.SGD}. */
  COUPLED,
  /** w ← (1 − η·λ)·w, apart from momentum (arXiv 1711.05101), as {@code torch.optim.AdamW}. */
  DECOUPLED;

  String statement(ParameterGroup group) {
    return this == COUPLED ? Rules.coupledDecay(group) : Rules.decoupledDecay(group);
  }
}
