package io.kitbag.train.recipe;

import java.util.List;

/**
 * Gaussian blur.
 *
 * @param probability that an image is blurred; 0 is off
 * @param sigma smallest and largest standard deviation in pixels; SimCLR (arXiv 2002.05709): 0.1 to
 *     2 at 224 pixels
 */
public record BlurRecipe(double probability, List<Double> sigma) {

  /** Checks the ranges. */
  public BlurRecipe {
    sigma = List.copyOf(sigma);
    new Check()
        .within(0, 1, "probability", probability)
        .that(
            Check.ascending(sigma) && sigma.get(0) >= 0,
            "sigma",
            sigma,
            "must be [smallest, largest] with 0 <= smallest <= largest")
        .done();
  }
}
