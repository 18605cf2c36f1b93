package io.kitbag.optim;

import java.util.List;

/**
 * The sign of an interpolated momentum (arXiv 2302.06675, Algorithm 2).
 *
 * <pre>
 *   w ← (1 − η·λ)·w
 *   w ← w − η·sign(β1·m + (1 − β1)·g)
 *   m ← β2·m + (1 − β2)·g
 * </pre>
 *
 * <p>Every weight moves by η, so rates are 3 to 10 times smaller and decay 3 to 10 times larger
 * than AdamW's (§5 there).
 *
 * @param beta1 in [0, 1); 0.9 in the paper
 * @param beta2 in [0, 1); 0.99 in the paper
 */
public record Lion(double beta1, double beta2) implements UpdateRule {

  public Lion {
    Rules.requireBelowOne("Lion", "beta1", beta1);
    Rules.requireBelowOne("Lion", "beta2", beta2);
  }

  /** Lion with the paper's values. */
  public static Lion lion() {
    return new Lion(0.9, 0.99);
  }

  @Override
  public List<String> slots() {
    return List.of("exp_avg");
  }

  @Override
  public String update(ParameterGroup group) {
    return Rules.decoupledDecay(group)
        + """
        direction = torch.sign_(torch.lerp(exp_avg, g, %s))
        torch.add_(p, direction, alpha=torch.neg(lr))
        torch.lerp_(exp_avg, g, %s)
        """
            .formatted(1 - beta1, 1 - beta2);
  }
}
