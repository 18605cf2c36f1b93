package io.kitbag.train.recipe;

import java.util.List;

/**
 * How a gradient becomes a step.
 *
 * @param name the rule
 * @param momentum of the velocity, from 0 to below 1
 * @param weightDecay added to the gradient as {@code weightDecay * weight}, at least 0
 * @param decayBias whether biases and the scale and shift of batch normalisation decay too; {@code
 *     false} is the paper's "no bias decay" (section 3.1)
 * @param groups other settings for some parameters; every entry that fits applies, later over
 *     earlier
 * @param clipNorm the largest global norm of the gradients; 0 does not clip
 * @param accumulate batches whose gradients are averaged for one step, at least 1: large steps in
 *     little memory. Batch norm sees one batch at a time
 */
public record OptimizerRecipe(
    Name name,
    double momentum,
    double weightDecay,
    boolean decayBias,
    List<GroupRecipe> groups,
    double clipNorm,
    int accumulate) {

  /** The rules. */
  public enum Name {
    /** Nesterov's accelerated gradient. */
    NAG,
    /** Stochastic gradient descent with heavy-ball momentum. */
    SGD
  }

  /** Checks the ranges. */
  public OptimizerRecipe {
    groups = List.copyOf(groups);
    new Check()
        .that(momentum >= 0 && momentum < 1, "momentum", momentum, "must be at least 0 and below 1")
        .atLeast(0, "weightDecay", weightDecay)
        .atLeast(0, "clipNorm", clipNorm)
        .atLeast(1, "accumulate", accumulate)
        .done();
  }
}
