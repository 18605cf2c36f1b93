package io.kitbag.optim;

import java.util.List;

/**
 * Nesterov's accelerated gradient as MXNet computes it ({@code mxnet/optimizer/nag.py}), which
 * GluonCV's scripts use.
 *
 * <pre>
 *   g ← g + λ·w
 *   s ← μ·s + η·g
 *   w ← w − (μ·s + η·g)
 * </pre>
 *
 * <p>The learning rate is inside the state, so what has been gathered moves on at its old rate when
 * the rate changes. At a constant rate it equals {@link Sgd#nesterov}.
 *
 * @param momentum μ in (0, 1); 0.9 in GluonCV's {@code train_imagenet.py}
 */
public record MxnetNag(double momentum) implements UpdateRule {

  public MxnetNag {
    Rules.requireBelowOne("MXNet's NAG", "momentum", momentum);
    Rules.requirePositive("MXNet's NAG", "momentum", momentum);
  }

  @Override
  public List<String> slots() {
    return List.of("momentum_buffer");
  }

  @Override
  public boolean multiTensor() {
    return true;
  }

  @Override
  public String update(ParameterGroup group) {
    return Rules.coupledDecay(group)
        + """
        each.mul_(momentum_buffer, %1$s)
        each.add_(momentum_buffer, g, alpha=lr)
        each.add_(p, momentum_buffer, alpha=-%1$s)
        each.add_(p, g, alpha=torch.neg(lr))
        """
            .formatted(momentum);
  }
}
