package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import java.util.random.RandomGenerator;

/** A transform whose epochs depend on each other: it draws the same numbers in all of them. */
public interface EpochTransform extends Transform {
  /**
   * Applies the step to an image as in an epoch.
   *
   * @param image the image to change
   * @param random gives the same numbers in every epoch
   * @param epoch the number of the epoch
   */
  void apply(PixelImage image, RandomGenerator random, int epoch);

  @Override
  default void apply(PixelImage image, RandomGenerator random) {
    apply(image, random, 0);
  }
}
