package io.kitbag.augment.transform;

import io.kitbag.augment.image.ImageDecoder;
import io.kitbag.augment.image.ImageTooLargeException;
import io.kitbag.augment.image.PixelImage;
import java.util.random.RandomGenerator;

/**
 * Resizes the short side to a number of pixels and keeps the aspect ratio; the long side is rounded
 * down, as in torchvision's {@code Resize} and MXNet's {@code resize_short}.
 *
 * @param shortSide the new length of the short side in pixels
 */
public record Resize(int shortSide) implements Transform {
  /**
   * The share of the resized short side that the validation crop keeps: 0.875 = 224 / 256 (arXiv
   * 1812.01187 section 2.1; {@code crop-ratio} of GluonCV's training script).
   */
  public static final double CROP_RATIO = 0.875;

  /** Checks the size. */
  public Resize {
    Check.positive("shortSide", shortSide);
  }

  /** Returns GluonCV's resize in front of a centre crop: ceil(input size / 0.875). */
  public static Resize beforeCrop(int inputSize) {
    return new Resize((int) Math.ceil(inputSize / CROP_RATIO));
  }

  /**
   * {@inheritDoc}
   *
   * @throws ImageTooLargeException if more than {@link ImageDecoder#DEFAULT_MAX_PIXELS} would come
   *     out
   */
  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    int width = newWidth(image.width(), image.height());
    int height = newWidth(image.height(), image.width());
    if ((long) width * height > ImageDecoder.DEFAULT_MAX_PIXELS) {
      throw tooLarge(image.width(), image.height());
    }
    image.resize(width, height);
  }

  /** Does the same as {@link #apply} and then the crop, but makes only the pixels that it keeps. */
  void applyAndCrop(CenterCrop crop, PixelImage image) {
    int width = newWidth(image.width(), image.height());
    int height = newWidth(image.height(), image.width());
    image.resizeAndCrop(
        width, height, crop.offset(width), crop.offset(height), crop.size(), crop.size());
  }

  /**
   * Returns the new width of an image of this size; with the two exchanged, its new height.
   *
   * @throws ImageTooLargeException if no number holds it
   */
  public int newWidth(int width, int height) {
    long scaled = width <= height ? shortSide : (long) shortSide * width / height;
    if (scaled > Integer.MAX_VALUE) {
      throw tooLarge(width, height);
    }
    return (int) scaled;
  }

  private ImageTooLargeException tooLarge(int width, int height) {
    return new ImageTooLargeException(
        ("Resize(%d) would make more than %d pixels of an image that is %d long and %d wide; cut it"
                + " into parts or remove it")
            .formatted(
                shortSide,
                ImageDecoder.DEFAULT_MAX_PIXELS,
                Math.max(width, height),
                Math.min(width, height)));
  }
}
