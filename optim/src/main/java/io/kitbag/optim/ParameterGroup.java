package io.kitbag.optim;

/**
 * Settings that some parameters share.
 *
 * @param weightDecay λ ≥ 0 of the decay; what it multiplies is the rule's affair ({@link Sgd} adds
 *     λ·w to the gradient)
 * @param learningRateFactor multiplies the step's learning rate, ≥ 0; 1 for the rate as it is
 * @param frozen whether these parameters stay as they are: no update, no decay, no state
 */
public record ParameterGroup(double weightDecay, double learningRateFactor, boolean frozen) {

  public ParameterGroup {
    requireFiniteAndNotNegative("weightDecay", weightDecay);
    requireFiniteAndNotNegative("learningRateFactor", learningRateFactor);
  }

  /** A group that learns. */
  public ParameterGroup(double weightDecay, double learningRateFactor) {
    this(weightDecay, learningRateFactor, false);
  }

  /** A group that learns at the step's own rate. */
  public static ParameterGroup decayedBy(double weightDecay) {
    return new ParameterGroup(weightDecay, 1);
  }

  /** The same at {@code factor} times the step's learning rate. */
  public ParameterGroup withLearningRateFactor(double factor) {
    return new ParameterGroup(weightDecay, factor, frozen);
  }

  /** The same with another decay. */
  public ParameterGroup withWeightDecay(double decay) {
    return new ParameterGroup(decay, learningRateFactor, frozen);
  }

  /** The same, frozen or not. */
  public ParameterGroup withFrozen(boolean value) {
    return new ParameterGroup(weightDecay, learningRateFactor, value);
  }

  private static void requireFiniteAndNotNegative(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s=%s of a parameter group must be finite and not negative".formatted(name, value));
    }
  }
}
