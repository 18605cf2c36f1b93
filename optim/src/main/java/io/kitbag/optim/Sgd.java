package io.kitbag.optim;

import java.util.List;

/**
 * Stochastic gradient descent with momentum, plain or Nesterov's, as {@code torch.optim.SGD}.
 *
 * <p>With gradient g, weight w, decay λ, momentum μ, dampening τ and learning rate η:
 *
 * <pre>
 *   g ← g + λ·w, or decoupled w ← (1 − η·λ)·w
 *   v ← g at the first step, μ·v + (1 − τ)·g afterwards
 *   w ← w − η·v, or with Nesterov w ← w − η·(g + μ·v)
 * </pre>
 *
 * <p>The learning rate is outside the state, so a change of it acts at once ({@link MxnetNag} has
 * it inside: equal while the rate is constant).
 *
 * @param momentum μ in [0, 1); 0.9 in GluonCV's and torchvision's scripts
 * @param dampening τ in [0, 1]; 0 in {@code torch.optim.SGD}
 * @param nesterov look ahead; the paper's optimizer (arXiv 1812.01187 §2.1). Needs momentum and no
 *     dampening
 * @param decay how λ enters; decoupled is SGDW (arXiv 1711.05101, timm's {@code sgdw})
 */
public record Sgd(double momentum, double dampening, boolean nesterov, Decay decay)
    implements UpdateRule {

  private static final String BUFFER = "momentum_buffer";

  public Sgd {
    Rules.requireBelowOne("SGD", "momentum", momentum);
    if (!(dampening >= 0 && dampening <= 1)) {
      throw new IllegalArgumentException(
          "dampening=%s of SGD must be in [0, 1]".formatted(dampening));
    }
    if (nesterov && (momentum == 0 || dampening != 0)) {
      throw new IllegalArgumentException(
          "Nesterov needs momentum > 0 and dampening 0, but momentum=%s, dampening=%s"
              .formatted(momentum, dampening));
    }
  }

  /** Decay as part of the gradient. */
  public Sgd(double momentum, double dampening, boolean nesterov) {
    this(momentum, dampening, nesterov, Decay.COUPLED);
  }

  /** Plain momentum without dampening; 0 for none. */
  public static Sgd momentum(double momentum) {
    return new Sgd(momentum, 0, false);
  }

  /** Nesterov's accelerated gradient ("NAG"). */
  public static Sgd nesterov(double momentum) {
    return new Sgd(momentum, 0, true);
  }

  /** The same with decay apart from the gradient: SGDW. */
  public Sgd decoupled() {
    return new Sgd(momentum, dampening, nesterov, Decay.DECOUPLED);
  }

  @Override
  public List<String> slots() {
    return momentum == 0 ? List.of() : List.of(BUFFER);
  }

  @Override
  public boolean multiTensor() {
    return true;
  }

  @Override
  public String update(ParameterGroup group) {
    return decay.statement(group)
        + (momentum == 0 ? "each.add_(p, g, alpha=torch.neg(lr))\n" : remembered() + moved());
  }

  private String remembered() {
    return dampening == 0
        ? "each.decay_add_(momentum_buffer, %s, g)\n".formatted(momentum)
        : """
          if torch.eq(step, 0):
            share = 1.
          else:
            share = %s
          each.mul_(momentum_buffer, %s)
          each.add_(momentum_buffer, g, alpha=share)
          """
            .formatted(1 - dampening, momentum);
  }

  private String moved() {
    return nesterov
        ? """
          each.add_(g, momentum_buffer, alpha=%s)
          each.add_(p, g, alpha=torch.neg(lr))
          """
            .formatted(momentum)
        : "each.add_(p, momentum_buffer, alpha=torch.neg(lr))\n";
  }
}
