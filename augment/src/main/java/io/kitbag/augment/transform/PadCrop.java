package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Pads every edge and cuts a random square out of the padded image.
 *
 * <p>The usual augmentation of CIFAR: 4 pixels of padding and a 32×32 crop (He et al., "Deep
 * residual learning", arXiv 1512.03385 section 4.2).
 *
 * @param size side of the result in pixels
 * @param padding pixels added at each edge
 * @param mode what the padding shows
 */
public record PadCrop(int size, int padding, Mode mode) implements Transform {
  /** What the padding shows. */
  public enum Mode {
    /** Black, as in arXiv 1512.03385. */
    ZERO,
    /** The image mirrored at its edge pixels, which are not repeated. */
    REFLECT
  }

  /** Checks the numbers. */
  public PadCrop {
    Check.positive("size", size);
    Check.notNegative("padding", padding);
  }

  /** Returns the crop of the CIFAR recipes: 4 pixels of black (arXiv 1512.03385 section 4.2). */
  public static PadCrop cifar(int size) {
    return new PadCrop(size, 4, Mode.ZERO);
  }

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    int width = image.width();
    int height = image.height();
    int freeX = width + 2 * padding - size;
    int freeY = height + 2 * padding - size;
    if (freeX < 0 || freeY < 0) {
      throw new IllegalArgumentException(
          String.format(
              "PadCrop(%d) with padding %d cannot cut a %dx%d image; put Resize before it",
              size, padding, width, height));
    }
    if (mode == Mode.REFLECT && (padding >= width || padding >= height)) {
      throw new IllegalArgumentException(
          String.format("padding %d cannot reflect a %dx%d image", padding, width, height));
    }
    int top = random.nextInt(freeY + 1) - padding;
    int left = random.nextInt(freeX + 1) - padding;
    byte[] target = image.draft(size, size);
    for (int y = 0; y < size; y++) {
      int sourceY = mode == Mode.REFLECT ? reflect(top + y, height) : top + y;
      int out = 3 * size * y;
      if (sourceY < 0 || sourceY >= height) {
        Arrays.fill(target, out, out + 3 * size, (byte) 0);
      } else {
        copyRow(image, sourceY, left, target, out);
      }
    }
    image.adoptDraft();
  }

  private void copyRow(PixelImage image, int y, int left, byte[] target, int out) {
    byte[] pixels = image.pixels();
    int width = image.width();
    int row = 3 * width * y;
    int first = Math.min(size, Math.max(0, -left));
    int end = Math.max(first, Math.min(size, width - left));
    if (end > first) {
      int in = row + 3 * (left + first);
      System.arraycopy(pixels, in, target, out + 3 * first, 3 * (end - first));
    }
    if (mode == Mode.ZERO) {
      Arrays.fill(target, out, out + 3 * first, (byte) 0);
      Arrays.fill(target, out + 3 * end, out + 3 * size, (byte) 0);
      return;
    }
    for (int x = 0; x < size; x++) {
      if (x < first || x >= end) {
        System.arraycopy(pixels, row + 3 * reflect(left + x, width), target, out + 3 * x, 3);
      }
    }
  }

  private static int reflect(int position, int size) {
    int mirrored = Math.abs(position);
    return mirrored < size ? mirrored : 2 * (size - 1) - mirrored;
  }
}
