package io.kitbag.optim;

import io.kitbag.models.TensorSpec;
import java.util.List;

/**
 * Momentum made orthogonal: for the weights of convolutions and linear layers, which it takes as
 * matrices (output × everything else); all other parameters follow a companion.
 *
 * <p>The formula of Keller Jordan's reference ({@code KellerJordan/Muon}) and of {@code
 * torch.optim.Muon}: with gradient g, momentum μ, decay λ and learning rate η
 *
 * <pre>
 *   v ← μ·v + (1 − μ)·g
 *   u ← (1 − μ)·g + μ·v, or without Nesterov v
 *   u ← orthogonal(u)·√max(1, rows/columns)
 *   w ← (1 − η·λ)·w − η·u
 * </pre>
 *
 * <p>where {@code orthogonal} moves all singular values towards 1 by steps of a Newton–Schulz
 * iteration, X ← aX + (bA + cA²)X with A = XXᵀ, from X = u/(‖u‖ + 1e-7) and (a, b, c) = (3.4445,
 * −4.775, 2.0315). The references iterate in bfloat16; this does in float32, where results do not
 * depend on the device.
 *
 * @param momentum μ in [0, 1); 0.95 in the references
 * @param nesterov whether the gradient itself is mixed in; it is in the references
 * @param iterations of Newton–Schulz, at least 1; 5 in the references
 * @param linear whether linear weights are orthogonalised; if not, they too follow the companion,
 *     as the references advise for a classifier's last layer
 * @param companion for all other parameters
 */
public record Muon(
    double momentum, boolean nesterov, int iterations, boolean linear, UpdateRule companion)
    implements UpdateRule {

  public Muon {
    Rules.requireBelowOne("Muon", "momentum", momentum);
    if (iterations < 1) {
      throw new IllegalArgumentException(
          "iterations=%d of Muon must be at least 1".formatted(iterations));
    }
  }

  /** Muon with the references' values for convolutions and linear layers. */
  public static Muon with(UpdateRule companion) {
    return new Muon(0.95, true, 5, true, companion);
  }

  @Override
  public UpdateRule ruleFor(TensorSpec parameter) {
    return switch (parameter.role()) {
      case CONV_WEIGHT -> this;
      case LINEAR_WEIGHT -> linear ? this : companion.ruleFor(parameter);
      default -> companion.ruleFor(parameter);
    };
  }

  @Override
  public List<String> slots() {
    return List.of("momentum_buffer");
  }

  @Override
  public String update(ParameterGroup group) {
    String direction =
        nesterov
            ? "u = torch.lerp_(g, momentum_buffer, %s)\n".formatted(momentum)
            : "u = momentum_buffer\n";
    return "torch.lerp_(momentum_buffer, g, %s)\n".formatted(1 - momentum)
        + direction
        + """
        x = torch.reshape(u, [torch.size(u, 0), -1])
        rows = torch.size(x, 0)
        columns = torch.size(x, 1)
        tall = torch.gt(rows, columns)
        if tall:
          x = torch.t(x)
          scale = torch.sqrt(torch.div(rows, columns))
        else:
          scale = 1.
        x = torch.div(x, torch.add(torch.norm(x, 2), 1e-07))
        for iteration in range(%s):
          a = torch.mm(x, torch.t(x))
          b = torch.addmm(a, a, a, beta=-4.775, alpha=2.0315)
          x = torch.addmm(x, b, x, beta=3.4445, alpha=1)
        if tall:
          x = torch.t(x)
        else:
          pass
        """
            .formatted(iterations)
        + Rules.decoupledDecay(group)
        + "torch.add_(p, torch.reshape(x, torch.size(p)), alpha=torch.neg(torch.mul(lr, scale)))\n";
  }
}
