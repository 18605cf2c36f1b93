package io.kitbag.optim;

import java.util.List;

/**
 * Adam whose update is scaled to the weights of each tensor, for large batches (arXiv 1904.00962,
 * Algorithm 2); as timm's {@code lamb}.
 *
 * <p>With m and v as in {@link Adam}:
 *
 * <pre>
 *   u ← m/(1 − β1ᵗ) / (√v/√(1 − β2ᵗ) + ε) + λ·w
 *   w ← w − η·(‖w‖/‖u‖)·u, without the ratio where a norm is 0
 * </pre>
 *
 * <p>As in timm a tensor without decay takes its update as it is, unless {@code always}. timm also
 * clips the global norm of the gradients to 1: see {@link GradientClip}.
 *
 * @param beta1 in [0, 1); 0.9 in the paper
 * @param beta2 in [0, 1); 0.999 in the paper
 * @param epsilon ε, positive; 1e-6 in the paper
 * @param always scale tensors without decay too, as the paper writes it
 */
public record Lamb(double beta1, double beta2, double epsilon, boolean always)
    implements UpdateRule {

  public Lamb {
    Rules.requireBelowOne("LAMB", "beta1", beta1);
    Rules.requireBelowOne("LAMB", "beta2", beta2);
    Rules.requirePositive("LAMB", "epsilon", epsilon);
  }

  /** LAMB with timm's values. */
  public static Lamb lamb() {
    return new Lamb(0.9, 0.999, 1e-6, false);
  }

  @Override
  public List<String> slots() {
    return List.of("exp_avg", "exp_avg_sq");
  }

  @Override
  public String update(ParameterGroup group) {
    String decay =
        group.weightDecay() == 0
            ? ""
            : "torch.add_(u, p, alpha=%s)\n".formatted(group.weightDecay());
    String ratio =
        group.weightDecay() == 0 && !always
            ? ""
            : """
              of_weights = torch.norm(p, 2)
              of_update = torch.norm(u, 2)
              both = torch.logical_and(torch.gt(of_weights, 0), torch.gt(of_update, 0))
              ratio = torch.where(both, torch.div(of_weights, of_update), torch.ones_like(of_update))
              torch.mul_(u, ratio)
              """;
    return Rules.moments(beta1, beta2)
        + """
        root = torch.add_(torch.sqrt(exp_avg_sq), torch.mul(second, %s))
        u = torch.div(exp_avg, root, out=g)
        torch.mul_(u, torch.div(second, first))
        """
            .formatted(epsilon)
        + decay
        + ratio
        + "torch.add_(p, u, alpha=torch.neg(lr))\n";
  }
}
