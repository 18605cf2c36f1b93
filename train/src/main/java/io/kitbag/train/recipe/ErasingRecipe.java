package io.kitbag.train.recipe;

import java.util.List;

/**
 * Random erasing (arXiv 1708.04896): rectangles of an image are blanked.
 *
 * @param probability that an image is erased at all; 0 is off
 * @param mode what is written
 * @param count the number of rectangles is uniform from 1 to this; they share the area
 * @param area smallest and largest share of the image's area
 * @param ratio smallest and largest height / width
 */
public record ErasingRecipe(
    double probability, Mode mode, int count, List<Double> area, List<Double> ratio) {

  /** What is written, with timm's names. */
  public enum Mode {
    /** The mean of the normalisation. */
    CONST,
    /** A random colour per rectangle. */
    RAND,
    /** A random colour per pixel. */
    PIXEL
  }

  /** Checks the ranges. */
  public ErasingRecipe {
    area = List.copyOf(area);
    ratio = List.copyOf(ratio);
    new Check()
        .within(0, 1, "probability", probability)
        .atLeast(1, "count", count)
        .that(
            Check.ascending(area) && area.get(0) > 0 && area.get(1) <= 1,
            "area",
            area,
            "must be [smallest, largest] with 0 < smallest <= largest <= 1")
        .that(
            Check.ascending(ratio) && ratio.get(0) > 0,
            "ratio",
            ratio,
            "must be [smallest, largest] with 0 < smallest <= largest")
        .done();
  }
}
