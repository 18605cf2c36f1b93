package io.kitbag.optim;

import java.util.List;

/**
 * Momentum with a learning rate for each tensor, for large batches (arXiv 1708.03888); as timm's
 * {@code lars}.
 *
 * <pre>
 *   r ← c·‖w‖ / (‖g‖ + λ·‖w‖ + ε), 1 where a norm is 0
 *   v ← μ·v + r·(g + λ·w)
 *   w ← w − η·v, or with Nesterov w ← w − η·(r·(g + λ·w) + μ·v)
 * </pre>
 *
 * <p>As in timm a tensor without decay takes the gradient as it is (r = 1), unless {@code always}.
 *
 * @param momentum μ in [0, 1); 0.9 in the paper
 * @param nesterov look ahead
 * @param trust c, positive; 0.001 in the paper
 * @param epsilon ε ≥ 0; 1e-8 in timm
 * @param always scale tensors without decay too
 */
public record Lars(double momentum, boolean nesterov, double trust, double epsilon, boolean always)
    implements UpdateRule {

  public Lars {
    Rules.requireBelowOne("LARS", "momentum", momentum);
    Rules.requirePositive("LARS", "trust", trust);
    Rules.requireNotNegative("LARS", "epsilon", epsilon);
    if (nesterov && momentum == 0) {
      throw new IllegalArgumentException("Nesterov needs momentum > 0, but momentum=0 of LARS");
    }
  }

  /** LARS with timm's values. */
  public static Lars lars() {
    return new Lars(0.9, false, 0.001, 1e-8, false);
  }

  @Override
  public List<String> slots() {
    return momentum == 0 ? List.of() : List.of("momentum_buffer");
  }

  @Override
  public String update(ParameterGroup group) {
    double decay = group.weightDecay();
    String scaled =
        decay == 0 && !always
            ? ""
            : """
              of_weights = torch.norm(p, 2)
              of_gradient = torch.norm(g, 2)
              both = torch.logical_and(torch.gt(of_weights, 0), torch.gt(of_gradient, 0))
              shared = torch.add(torch.add(of_gradient, of_weights, alpha=%1$s), %2$s)
              rate = torch.div(torch.mul(of_weights, %3$s), shared)
              ratio = torch.where(both, rate, torch.ones_like(rate))
              torch.add_(g, p, alpha=%1$s)
              torch.mul_(g, ratio)
              """
                .formatted(decay, epsilon, trust);
    return scaled + new Sgd(momentum, 0, nesterov).update(ParameterGroup.decayedBy(0));
  }
}
