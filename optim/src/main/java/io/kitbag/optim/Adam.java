package io.kitbag.optim;

import java.util.List;

/**
 * Adam (arXiv 1412.6980), as {@code torch.optim.Adam}; with decoupled decay AdamW (arXiv
 * 1711.05101), as {@code torch.optim.AdamW}.
 *
 * <pre>
 *   g ← g + λ·w, or decoupled w ← (1 − η·λ)·w
 *   m ← β1·m + (1 − β1)·g
 *   v ← β2·v + (1 − β2)·g²
 *   w ← w − η·m/(1 − β1ᵗ) / (√(v/(1 − β2ᵗ)) + ε)
 * </pre>
 *
 * @param beta1 in [0, 1); 0.9 in the paper
 * @param beta2 in [0, 1); 0.999 in the paper
 * @param epsilon ε, positive; 1e-8 in the paper
 * @param decay how λ enters
 */
public record Adam(double beta1, double beta2, double epsilon, Decay decay) implements UpdateRule {

  public Adam {
    Rules.requireBelowOne("Adam", "beta1", beta1);
    Rules.requireBelowOne("Adam", "beta2", beta2);
    Rules.requirePositive("Adam", "epsilon", epsilon);
  }

  /** Adam with the paper's values, decay as part of the gradient. */
  public static Adam adam() {
    return new Adam(0.9, 0.999, 1e-8, Decay.COUPLED);
  }

  /** AdamW with the paper's values. */
  public static Adam adamW() {
    return new Adam(0.9, 0.999, 1e-8, Decay.DECOUPLED);
  }

  @Override
  public List<String> slots() {
    return List.of("exp_avg", "exp_avg_sq");
  }

  @Override
  public boolean multiTensor() {
    return true;
  }

  /** Both corrections go into numbers: m/(√v/c + ε) = c·m/(√v + c·ε) saves a pass. */
  @Override
  public String update(ParameterGroup group) {
    return decay.statement(group)
        + Rules.moments(beta1, beta2)
        + """
        root = each.sqrt(exp_avg_sq, out=g)
        each.add_(root, torch.mul(second, %s))
        size = torch.div(torch.mul(lr, second), first)
        each.addcdiv_(p, exp_avg, root, value=torch.neg(size))
        """
            .formatted(epsilon);
  }
}
