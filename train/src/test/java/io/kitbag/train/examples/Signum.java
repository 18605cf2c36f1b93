package io.kitbag.train.examples;

import io.kitbag.optim.ParameterGroup;
import io.kitbag.optim.UpdateRule;
import java.util.List;

/**
 * The sign of an averaged gradient (Bernstein et al., arXiv 1802.04434): m ← β·m + (1 − β)·g, then
 * w ← w·(1 − η·λ) − η·sign(m).
 *
 * @param beta β in [0, 1)
 */
record Signum(double beta) implements UpdateRule {

  Signum {
    if (!(beta >= 0 && beta < 1)) {
      throw new IllegalArgumentException("beta=%s must be in [0, 1)".formatted(beta));
    }
  }

  @Override
  public List<String> slots() {
    return List.of("average");
  }

  @Override
  public String update(ParameterGroup group) {
    return """
        torch.mul_(average, %s)
        torch.add_(average, g, alpha=%s)
        torch.mul_(p, torch.sub(1., torch.mul(lr, %s)))
        torch.add_(p, torch.sign(average), alpha=torch.neg(lr))
        """
        .formatted(beta, 1 - beta, group.weightDecay());
  }
}
