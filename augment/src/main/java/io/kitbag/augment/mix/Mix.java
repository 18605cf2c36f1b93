package io.kitbag.augment.mix;

import io.kitbag.augment.random.Draws;

/**
 * Mixup and CutMix of a batch, as timm draws them ({@code timm/data/mixup.py}).
 *
 * <p>Image i is mixed with image n − 1 − i: the batch is shuffled, so its reverse is as good as
 * another shuffle (GluonCV and timm do the same). With λ ~ Beta(α, α), mixup (arXiv 1710.09412) is
 * λ·own + (1 − λ)·other; CutMix (arXiv 1905.04899) pastes a box of the other image with sides √(1 −
 * λ) of the image's and its centre anywhere, and λ becomes the share of the image outside the
 * clipped box. The labels are mixed by the same λ.
 *
 * @param mixupAlpha α of mixup, 0 for none; the paper 0.2 (arXiv 1812.01187 section 5.4)
 * @param cutmixAlpha α of CutMix, 0 for none; its authors 1
 * @param probability that a batch (or pair, or image) is mixed at all; timm 1
 * @param switchProbability of CutMix where both have an α; timm 0.5
 * @param mode what shares one λ
 */
public record Mix(
    double mixupAlpha,
    double cutmixAlpha,
    double probability,
    double switchProbability,
    Mode mode) {

  /** What shares one λ and one box, named as in timm. */
  public enum Mode {
    /** The whole batch. */
    BATCH,
    /** An image and its partner. */
    PAIR,
    /** Nothing: every image has its own. */
    ELEM
  }

  /** Checks the ranges. */
  public Mix {
    alpha("mixupAlpha", mixupAlpha);
    alpha("cutmixAlpha", cutmixAlpha);
    if (mixupAlpha == 0 && cutmixAlpha == 0) {
      throw new IllegalArgumentException("one of mixupAlpha and cutmixAlpha must be above 0");
    }
    share("probability", probability);
    share("switchProbability", switchProbability);
  }

  /** Returns mixup of every batch. */
  public static Mix mixup(double alpha) {
    return new Mix(alpha, 0, 1, 0, Mode.BATCH);
  }

  /** Returns CutMix of every batch. */
  public static Mix cutmix(double alpha) {
    return new Mix(0, alpha, 1, 1, Mode.BATCH);
  }

  /** Returns mixup of one half of the batches and CutMix of the other. */
  public static Mix mixupOrCutmix(double mixupAlpha, double cutmixAlpha) {
    return new Mix(mixupAlpha, cutmixAlpha, 1, 0.5, Mode.BATCH);
  }

  /** Returns this with another mode. */
  public Mix withMode(Mode other) {
    return new Mix(mixupAlpha, cutmixAlpha, probability, switchProbability, other);
  }

  /**
   * Draws how each image of a batch is mixed.
   *
   * @param images number of images
   * @param random the batch's own generator
   * @return one part per image
   */
  public MixPart[] draw(int images, int height, int width, Draws random) {
    MixPart[] parts = new MixPart[images];
    MixPart shared = mode == Mode.BATCH ? draw(height, width, random) : MixPart.WHOLE;
    for (int i = 0; i < images; i++) {
      int partner = images - 1 - i;
      if (i == partner) {
        parts[i] = MixPart.WHOLE;
      } else if (mode == Mode.BATCH) {
        parts[i] = shared;
      } else if (mode == Mode.PAIR && partner < i) {
        parts[i] = parts[partner];
      } else {
        parts[i] = draw(height, width, random);
      }
    }
    return parts;
  }

  private MixPart draw(int height, int width, Draws random) {
    if (random.nextDouble() >= probability) {
      return MixPart.WHOLE;
    }
    boolean cut = cutmixAlpha > 0 && (mixupAlpha == 0 || random.nextDouble() < switchProbability);
    if (!cut) {
      return MixPart.blend(random.nextBeta(mixupAlpha, mixupAlpha));
    }
    double side = Math.sqrt(1 - random.nextBeta(cutmixAlpha, cutmixAlpha));
    int boxHeight = (int) (height * side);
    int boxWidth = (int) (width * side);
    int top = random.nextInt(height) - boxHeight / 2;
    int left = random.nextInt(width) - boxWidth / 2;
    // An odd side loses one pixel, as in timm.
    return MixPart.box(height, width, top, top + boxHeight / 2 * 2, left, left + boxWidth / 2 * 2);
  }

  private static void alpha(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + "=" + value + " must be 0 or more and finite");
    }
  }

  private static void share(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + "=" + value + " must be in [0.0, 1.0]");
    }
  }
}
