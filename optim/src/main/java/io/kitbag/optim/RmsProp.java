package io.kitbag.optim;

import java.util.ArrayList;
import java.util.List;

/**
 * Gradients divided by the root of their mean square, as {@code torch.optim.RMSprop}.
 *
 * <pre>
 *   g ← g + λ·w
 *   s ← α·s + (1 − α)·g²
 *   d ← √s + ε, or centred, with m ← α·m + (1 − α)·g, √(s − m²) + ε
 *   v ← μ·v + g / d
 *   w ← w − η·v
 * </pre>
 *
 * <p>{@link TfRmsProp} is TensorFlow's formula.
 *
 * @param alpha α in [0, 1); 0.99 in {@code torch.optim.RMSprop}
 * @param epsilon ε, positive; 1e-8 in {@code torch.optim.RMSprop}
 * @param momentum μ in [0, 1); 0 in {@code torch.optim.RMSprop}
 * @param centered divide by the standard deviation instead
 */
public record RmsProp(double alpha, double epsilon, double momentum, boolean centered)
    implements UpdateRule {

  public RmsProp {
    Rules.requireBelowOne("RMSprop", "alpha", alpha);
    Rules.requirePositive("RMSprop", "epsilon", epsilon);
    Rules.requireBelowOne("RMSprop", "momentum", momentum);
  }

  @Override
  public List<String> slots() {
    List<String> slots = new ArrayList<>(List.of("square_avg"));
    if (momentum > 0) {
      slots.add("momentum_buffer");
    }
    if (centered) {
      slots.add("grad_avg");
    }
    return slots;
  }

  @Override
  public boolean multiTensor() {
    return true;
  }

  @Override
  public String update(ParameterGroup group) {
    return Rules.coupledDecay(group)
        + """
        each.mul_(square_avg, %s)
        each.addcmul_(square_avg, g, g, value=%s)
        """
            .formatted(alpha, 1 - alpha)
        + root()
        + "each.add_(root, %s)\n".formatted(epsilon)
        + (momentum > 0
            ? """
              each.mul_(momentum_buffer, %s)
              each.addcdiv_(momentum_buffer, g, root)
              each.add_(p, momentum_buffer, alpha=torch.neg(lr))
              """
                .formatted(momentum)
            : "each.addcdiv_(p, g, root, value=torch.neg(lr))\n");
  }

  private String root() {
    return centered
        ? """
          each.lerp_(grad_avg, g, %s)
          root = each.addcmul(square_avg, grad_avg, grad_avg, value=-1)
          each.sqrt_(root)
          """
            .formatted(1 - alpha)
        : "root = each.sqrt(square_avg)\n";
  }
}
