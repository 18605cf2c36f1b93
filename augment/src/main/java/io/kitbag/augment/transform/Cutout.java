package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import java.util.random.RandomGenerator;

/**
 * Blanks a square whose centre is uniform over the image; the part outside is lost.
 *
 * <p>DeVries and Taylor, arXiv 1708.04552, where the normalised image is set to zero. Here the
 * square gets ImageNet's mean colour (123.68, 116.779, 103.939), rounded, which is that zero.
 *
 * @param size side of the square in pixels
 */
public record Cutout(int size) implements Transform {
  private static final byte[] MEAN = {124, 117, 104};

  /** Checks the size. */
  public Cutout {
    Check.positive("size", size);
  }

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    int top = random.nextInt(image.height()) - size / 2;
    int left = random.nextInt(image.width()) - size / 2;
    byte[] pixels = image.pixels();
    int right = Math.min(image.width(), left + size);
    int bottom = Math.min(image.height(), top + size);
    for (int y = Math.max(0, top); y < bottom; y++) {
      for (int x = Math.max(0, left); x < right; x++) {
        System.arraycopy(MEAN, 0, pixels, 3 * (y * image.width() + x), 3);
      }
    }
  }
}
