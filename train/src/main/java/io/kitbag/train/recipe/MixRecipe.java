package io.kitbag.train.recipe;

/**
 * Mixing the images of a batch in pairs, and their labels by the same shares. Ranges and meaning
 * are timm's.
 *
 * @param mixup alpha of mixup (arXiv 1710.09412), 0 is off; the paper (section 5.4): 0.2
 * @param cutmix alpha of CutMix (arXiv 1905.04899), 0 is off; its authors: 1
 * @param probability with which a batch (pair, image) is mixed at all
 * @param switchProbability of CutMix where both are on
 * @param mode what shares one random share
 * @param offEpoch number of the first epoch without mixing, counted from 0; 0 mixes in all
 */
public record MixRecipe(
    double mixup,
    double cutmix,
    double probability,
    double switchProbability,
    Mode mode,
    int offEpoch) {

  /** What shares one random share. */
  public enum Mode {
    /** The whole batch. */
    BATCH,
    /** An image and its partner. */
    PAIR,
    /** Nothing: every image has its own. */
    ELEM
  }

  /** Checks the ranges. */
  public MixRecipe {
    new Check()
        .within(0, 100, "mixup", mixup)
        .within(0, 100, "cutmix", cutmix)
        .within(0, 1, "probability", probability)
        .within(0, 1, "switchProbability", switchProbability)
        .atLeast(0, "offEpoch", offEpoch)
        .done();
  }

  /** Whether nothing is mixed. */
  public boolean off() {
    return mixup == 0 && cutmix == 0;
  }
}
