package io.kitbag.optim;

import java.util.List;

/**
 * Stochastic gradient descent with momentum, plain or Nesterov's, as {@code torch.optim.SGD}.
 *
 * <p>With gradient g, weight w, decay λ, momentum μ, dampening τ and learning rate η:
 *
 * <pre>
 *   g ← g + λ·w
 *   v ← g at the first step, μ·v + (1 − τ)·g afterwards
 *   w ← w − η·v, or with Nesterov w ← w − η·(g + μ·v)
 * </pre>
 *
 * <p>The learning rate is outside the state, so a change of it acts at once (MXNet's NAG has it
 * inside: equal while the rate is constant).
 *
 * @param momentum μ in [0, 1); 0.9 in GluonCV's and torchvision's scripts
 * @param dampening τ in [0, 1]; 0 in {@code torch.optim.SGD}
 * @param nesterov look ahead; the paper's optimizer (arXiv 1812.01187 §2.1). Needs momentum and no
 *     dampening
 */
public record Sgd(double momentum, double dampening, boolean nesterov) implements UpdateRule {

  private static final String BUFFER = "momentum_buffer";

  public Sgd {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "momentum=%s of SGD must be in [0, 1)".formatted(momentum));
    }
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

  /** Plain momentum without dampening; 0 for none. */
  public static Sgd momentum(double momentum) {
    return new Sgd(momentum, 0, false);
  }

  /** Nesterov's accelerated gradient ("NAG"). */
  public static Sgd nesterov(double momentum) {
    return new Sgd(momentum, 0, true);
  }

  @Override
  public List<String> slots() {
    return momentum == 0 ? List.of() : List.of(BUFFER);
  }

  @Override
  public String update(ParameterGroup group) {
    String decayed =
        group.weightDecay() == 0
            ? ""
            : "torch._foreach_add_(g, p, alpha=%s)\n".formatted(group.weightDecay());
    return decayed + (momentum == 0 ? "torch._foreach_add_(p, g, alpha=torch.neg(lr))\n" : moved());
  }

  private String moved() {
    String remembered =
        """
        if torch.eq(step, 0):
          for i in range(torch.len(g)):
            _0 = torch.copy_(momentum_buffer[i], g[i])
        else:
          torch._foreach_mul_(momentum_buffer, %s)
          torch._foreach_add_(momentum_buffer, g, alpha=%s)
        """
            .formatted(momentum, 1 - dampening);
    String stepped =
        nesterov
            ? """
              torch._foreach_add_(g, momentum_buffer, alpha=%s)
              torch._foreach_add_(p, g, alpha=torch.neg(lr))
              """
                .formatted(momentum)
            : "torch._foreach_add_(p, momentum_buffer, alpha=torch.neg(lr))\n";
    return remembered + stepped;
  }
}
