package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import java.util.random.RandomGenerator;

/**
 * Turns the image upside down with a probability.
 *
 * @param probability in [0, 1]
 */
public record VerticalFlip(double probability) implements Transform {
  /** Checks the probability. */
  public VerticalFlip {
    Check.within("probability", probability, 0, 1);
  }

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    if (random.nextDouble() >= probability) {
      return;
    }
    int row = 3 * image.width();
    byte[] target = image.draft(image.width(), image.height());
    for (int y = 0; y < image.height(); y++) {
      System.arraycopy(image.pixels(), y * row, target, (image.height() - 1 - y) * row, row);
    }
    image.adoptDraft();
  }
}
