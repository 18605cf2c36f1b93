package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import java.util.random.RandomGenerator;

/**
 * Cuts the central square out of an image.
 *
 * <p>An odd margin is split as in torchvision's {@code CenterCrop}: half of it, rounded to even. An
 * image that is smaller than the square is an error; put {@link Resize} before it.
 *
 * @param size side of the square in pixels
 */
public record CenterCrop(int size) implements Transform {
  /** Checks the size. */
  public CenterCrop {
    Check.positive("size", size);
  }

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    int x = image.width() - size;
    int y = image.height() - size;
    if (x < 0 || y < 0) {
      throw new IllegalArgumentException(
          String.format(
              "CenterCrop(%d) cannot cut a %dx%d image; put Resize before it",
              size, image.width(), image.height()));
    }
    image.crop(offset(image.width()), offset(image.height()), size, size);
  }

  /** Returns where the square begins on a side of this length. */
  public int offset(int side) {
    return (int) Math.rint((side - size) / 2.0);
  }
}
