package io.kitbag.optim;

import java.util.List;

/**
 * RMSprop as TensorFlow computes it, with which EfficientNet was trained; timm's {@code rmsproptf}.
 *
 * <pre>
 *   g ← g + λ·w
 *   s ← α·s + (1 − α)·g², from 1
 *   v ← μ·v + η·g / √(s + ε)
 *   w ← w − v
 * </pre>
 *
 * <p>Beside {@link RmsProp}: the mean starts at one, so first steps are small; ε is under the root;
 * the learning rate is inside the state.
 *
 * @param alpha α in [0, 1); 0.9 in timm
 * @param epsilon ε, positive; 1e-10 in timm, 0.001 for EfficientNet
 * @param momentum μ in [0, 1); 0.9 for EfficientNet
 */
public record TfRmsProp(double alpha, double epsilon, double momentum) implements UpdateRule {

  public TfRmsProp {
    Rules.requireBelowOne("RMSprop", "alpha", alpha);
    Rules.requirePositive("RMSprop", "epsilon", epsilon);
    Rules.requireBelowOne("RMSprop", "momentum", momentum);
  }

  @Override
  public List<String> slots() {
    return momentum > 0 ? List.of("square_avg", "momentum_buffer") : List.of("square_avg");
  }

  @Override
  public boolean multiTensor() {
    return true;
  }

  @Override
  public String update(ParameterGroup group) {
    return Rules.coupledDecay(group)
        + """
        if torch.eq(step, 0):
          each.add_(square_avg, 1.)
        else:
          pass
        each.mul_(square_avg, %s)
        each.addcmul_(square_avg, g, g, value=%s)
        root = each.add(square_avg, %s)
        each.sqrt_(root)
        """
            .formatted(alpha, 1 - alpha, epsilon)
        + (momentum > 0
            ? """
              each.mul_(momentum_buffer, %s)
              each.addcdiv_(momentum_buffer, g, root, value=lr)
              each.add_(p, momentum_buffer, alpha=-1.)
              """
                .formatted(momentum)
            : "each.addcdiv_(p, g, root, value=torch.neg(lr))\n");
  }
}
