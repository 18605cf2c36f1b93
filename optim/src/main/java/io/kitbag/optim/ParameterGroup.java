package io.kitbag.optim;

/**
 * Settings that some parameters share.
 *
 * @param weightDecay λ ≥ 0 of the decay; what it multiplies is the rule's affair ({@link Sgd} adds
 *     λ·w to the gradient)
 * @param learningRateFactor multiplies the step's learning rate, ≥ 0; 1 for the rate as it is
 */
public record ParameterGroup(double weightDecay, double learningRateFactor) {

  public ParameterGroup {
    requireFiniteAndNotNegative("weightDecay", weightDecay);
    requireFiniteAndNotNegative("learningRateFactor", learningRateFactor);
  }

  /** A group that learns at the step's own rate. */
  public static ParameterGroup decayedBy(double weightDecay) {
    return new ParameterGroup(weightDecay, 1);
  }

  /** The same decay at {@code factor} times the step's learning rate. */
  public ParameterGroup withLearningRateFactor(double factor) {
    return new ParameterGroup(weightDecay, factor);
  }

  private static void requireFiniteAndNotNegative(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s=%s of a parameter group must be finite and not negative".formatted(name, value));
    }
  }
}
