package io.kitbag.optim;

/** Statements and checks that update rules share. */
final class Rules {

  private Rules() {}

  /** g ← g + λ·w: decay as part of the gradient. */
  static String coupledDecay(ParameterGroup group) {
    return group.weightDecay() == 0
        ? ""
        : "each.add_(g, p, alpha=%s)\n".formatted(group.weightDecay());
  }

  /** w ← (1 − η·λ)·w: decay apart from the gradient (arXiv 1711.05101). */
  static String decoupledDecay(ParameterGroup group) {
    return group.weightDecay() == 0
        ? ""
        : "each.mul_(p, torch.sub(1., torch.mul(lr, %s)))\n".formatted(group.weightDecay());
  }

  /**
   * Moving averages m of g and v of g², and the numbers {@code first} = 1 − β1ᵗ and {@code second}
   * = √(1 − β2ᵗ) that correct their bias, t being the number of this step.
   */
  static String moments(double beta1, double beta2) {
    return """
        first = torch.sub(1., torch.pow(%s, torch.add(step, 1)))
        second = torch.sqrt(torch.sub(1., torch.pow(%s, torch.add(step, 1))))
        each.lerp_(exp_avg, g, %s)
        each.mul_(exp_avg_sq, %s)
        each.addcmul_(exp_avg_sq, g, g, value=%s)
        """
        .formatted(beta1, beta2, 1 - beta1, beta2, 1 - beta2);
  }

  /** A share that must leave something: momentum, β. */
  static void requireBelowOne(String owner, String name, double value) {
    if (!(value >= 0 && value < 1)) {
      throw new IllegalArgumentException(
          "%s=%s of %s must be in [0, 1)".formatted(name, value, owner));
    }
  }

  static void requirePositive(String owner, String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s=%s of %s must be positive and finite".formatted(name, value, owner));
    }
  }

  static void requireNotNegative(String owner, String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s=%s of %s must be finite and not negative".formatted(name, value, owner));
    }
  }
}
