package io.kitbag.train.recipe;

import io.kitbag.train.recipe.RecipeException.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Knowledge distillation: a trained network that the one in training listens to besides the labels
 * (paper, section 5.3).
 *
 * @param teacher a run directory, a checkpoint, or a file with weights alone; empty is off
 * @param model the network of a file with weights alone; a checkpoint knows its own
 * @param temperature what both networks' logits are divided by, above 0
 * @param weights of the two parts of the loss: {@code paper} (1 and 1), {@code gluoncv} (0.5 and
 *     0.5), or both numbers
 */
public record DistillRecipe(
    Optional<Path> teacher, Optional<String> model, double temperature, Weights weights) {

  /**
   * Weights of the two parts.
   *
   * @param hard of the loss on the labels, at least 0
   * @param soft of the loss on the teacher's probabilities times the squared temperature, at least
   *     0
   */
  public record Weights(double hard, double soft) {

    /** Checks the ranges. */
    public Weights {
      new Check()
          .atLeast(0, "hard", hard)
          .atLeast(0, "soft", soft)
          .that(!(hard == 0 && soft == 0), "soft", soft, "and hard cannot both be 0")
          .done();
    }

    /** The weights called {@code paper} or {@code gluoncv}. */
    public static Weights named(String name) {
      return switch (name) {
        case "paper" -> new Weights(1, 1);
        case "gluoncv" -> new Weights(0.5, 0.5);
        default ->
            throw new RecipeException(
                List.of(
                    new Problem(
                        "",
                        "",
                        "\"" + name + "\" is not one of paper, gluoncv, nor lists hard and soft")));
      };
    }
  }

  /** Checks the ranges. */
  public DistillRecipe {
    new Check()
        .that(
            temperature > 0 && temperature < Double.POSITIVE_INFINITY,
            "temperature",
            temperature,
            "must be above 0 and finite")
        .done();
  }
}
