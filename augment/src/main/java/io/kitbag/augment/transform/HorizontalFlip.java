package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import java.util.random.RandomGenerator;

/**
 * Mirrors the image left to right with a probability.
 *
 * @param probability in [0, 1]
 */
public record HorizontalFlip(double probability) implements Transform {
  /** Checks the probability. */
  public HorizontalFlip {
    Check.within("probability", probability, 0, 1);
  }

  /** Returns the flip with probability one half (arXiv 1812.01187 section 2.1). */
  public static HorizontalFlip half() {
    return new HorizontalFlip(0.5);
  }

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    if (!draw(random)) {
      return;
    }
    byte[] pixels = image.pixels();
    int row = 3 * image.width();
    for (int start = 0; start < image.length(); start += row) {
      for (int left = start, right = start + row - 3; left < right; left += 3, right -= 3) {
        swap(pixels, left, right);
        swap(pixels, left + 1, right + 1);
        swap(pixels, left + 2, right + 2);
      }
    }
  }

  /** Draws whether an image is mirrored. */
  public boolean draw(RandomGenerator random) {
    return random.nextDouble() < probability;
  }

  private static void swap(byte[] pixels, int i, int j) {
    byte value = pixels[i];
    pixels[i] = pixels[j];
    pixels[j] = value;
  }
}
