package io.kitbag.optim;

import java.util.List;

/**
 * Adam with Nesterov's momentum (Dozat, ICLR workshop 2016), as {@code torch.optim.NAdam}.
 *
 * <p>With m and v as in {@link Adam}, μ(t) = β1·(1 − ½·0.96^(t·ψ)) and M = μ(1)·…·μ(t):
 *
 * <pre>
 *   d ← √(v/(1 − β2ᵗ)) + ε
 *   w ← w − η·(1 − μ(t))/(1 − M)·g/d − η·μ(t+1)/(1 − M·μ(t+1))·m/d
 * </pre>
 *
 * @param beta1 in [0, 1); 0.9 in PyTorch, whose learning rate is 2e-3
 * @param beta2 in [0, 1); 0.999 in PyTorch
 * @param epsilon ε, positive; 1e-8 in PyTorch
 * @param momentumDecay ψ ≥ 0; 4e-3 in PyTorch
 * @param decay how λ enters; coupled in PyTorch unless {@code decoupled_weight_decay}
 */
public record NAdam(double beta1, double beta2, double epsilon, double momentumDecay, Decay decay)
    implements UpdateRule {

  public NAdam {
    Rules.requireBelowOne("NAdam", "beta1", beta1);
    Rules.requireBelowOne("NAdam", "beta2", beta2);
    Rules.requirePositive("NAdam", "epsilon", epsilon);
    Rules.requireNotNegative("NAdam", "momentumDecay", momentumDecay);
  }

  /** NAdam with PyTorch's values. */
  public static NAdam nadam() {
    return new NAdam(0.9, 0.999, 1e-8, 4e-3, Decay.COUPLED);
  }

  @Override
  public List<String> slots() {
    return List.of("exp_avg", "exp_avg_sq");
  }

  @Override
  public boolean multiTensor() {
    return true;
  }

  @Override
  public double productFactor(long step) {
    return beta1 * (1 - 0.5 * Math.pow(0.96, (step + 1) * momentumDecay));
  }

  @Override
  public String update(ParameterGroup group) {
    return decay.statement(group)
        + Rules.moments(beta1, beta2)
        + momentumAt("now", 1)
        + momentumAt("next", 2)
        + """
        root = each.sqrt(exp_avg_sq)
        each.add_(root, torch.mul(second, %s))
        size = torch.neg(torch.mul(lr, second))
        own = torch.div(torch.mul(size, torch.sub(1., now)), torch.sub(1., product))
        each.addcdiv_(p, g, root, value=own)
        gathered = torch.div(torch.mul(size, next), torch.sub(1., torch.mul(product, next)))
        each.addcdiv_(p, exp_avg, root, value=gathered)
        """
            .formatted(epsilon);
  }

  private String momentumAt(String name, int ahead) {
    return """
        %1$s_power = torch.pow(0.96, torch.mul(torch.add(step, %2$d), %3$s))
        %1$s = torch.mul(%4$s, torch.sub(1., torch.mul(0.5, %1$s_power)))
        """
        .formatted(name, ahead, momentumDecay, beta1);
  }
}
