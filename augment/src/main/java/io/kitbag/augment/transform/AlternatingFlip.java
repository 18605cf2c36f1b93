package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import java.util.random.RandomGenerator;

/**
 * Shows one side of an image in the even epochs and its mirror image in the odd ones; which comes
 * first is a coin's toss per image.
 *
 * <p>Random flips show some images the same way several epochs in a row. Alternating shows both in
 * any two epochs, which is worth a few epochs on CIFAR-10 (Jordan, "94 % on CIFAR-10 in 3.29
 * seconds on a single GPU", arXiv 2404.00498, section 3.6).
 */
public record AlternatingFlip() implements EpochTransform {
  private static final HorizontalFlip ALWAYS = new HorizontalFlip(1);

  @Override
  public void apply(PixelImage image, RandomGenerator random, int epoch) {
    if (random.nextBoolean() ^ (epoch & 1) == 1) {
      ALWAYS.apply(image, random);
    }
  }
}
