package io.kitbag.augment.transform;

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

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    image.resize(newWidth(image.width(), image.height()), newWidth(image.height(), image.width()));
  }

  /** Returns the new width of an image of this size; with the two exchanged, its new height. */
  public int newWidth(int width, int height) {
    return width <= height ? shortSide : (int) ((long) shortSide * width / height);
  }
}
