package io.kitbag.augment.image;

/** Pillow's sharpness and Gaussian blur, bit for bit. */
public final class PillowFilters {
  private static final int PASSES = 3;
  private static final int WEIGHT_BITS = 24;

  private PillowFilters() {}

  /**
   * Blends with the image smoothed by a 3×3 kernel: {@code ImageEnhance.Sharpness}. The outermost
   * pixels are not smoothed, nor is an image with a side below 3.
   *
   * @param factor 0 smoothed, 1 as it is, above 1 sharpened
   */
  public static void sharpness(PixelImage image, float factor) {
    int width = image.width();
    int height = image.height();
    if (factor == 1 || width < 3 || height < 3) {
      return;
    }
    byte[] in = image.pixels();
    byte[] out = image.draft(width, height);
    int row = 3 * width;
    System.arraycopy(in, 0, out, 0, image.length());
    for (int y = 1; y < height - 1; y++) {
      for (int i = y * row + 3; i < (y + 1) * row - 3; i++) {
        int own = in[i] & 0xff;
        int around =
            (in[i - row - 3] & 0xff)
                + (in[i - row] & 0xff)
                + (in[i - row + 3] & 0xff)
                + (in[i - 3] & 0xff)
                + (in[i + 3] & 0xff)
                + (in[i + row - 3] & 0xff)
                + (in[i + row] & 0xff)
                + (in[i + row + 3] & 0xff);
        // The centre weighs 5 of 13; to the nearest, where no sum lies in the middle.
        int smooth = (2 * (around + 5 * own) + 13) / 26;
        out[i] = PillowColor.blend(smooth, own, factor);
      }
    }
    image.adoptDraft();
  }

  /**
   * Blurs with about a Gaussian: {@code ImageFilter.GaussianBlur}, three box blurs whose width may
   * be fractional (Gwosdek et al., "Theoretical foundations of Gaussian convolution by extended box
   * filtering", 2011).
   *
   * @param sigma standard deviation in pixels, 0 or more
   */
  public static void gaussianBlur(PixelImage image, float sigma) {
    float radius = boxRadius(sigma);
    if (radius == 0) {
      return;
    }
    for (int pass = 0; pass < PASSES; pass++) {
      boxBlur(image, radius, true);
    }
    for (int pass = 0; pass < PASSES; pass++) {
      boxBlur(image, radius, false);
    }
  }

  /** Single precision where the C code has it. */
  private static float boxRadius(float sigma) {
    float square = sigma * sigma / PASSES;
    float length = (float) Math.sqrt(12.0 * square + 1.0);
    float whole = (float) Math.floor((length - 1.0) / 2.0);
    float part = (2 * whole + 1) * (whole * (whole + 1) - 3 * square);
    part /= 6 * (square - (whole + 1) * (whole + 1));
    return whole + part;
  }

  /** The weights are 24-bit fractions that sum to 1, so that 32 bits hold a sum of levels. */
  private static void boxBlur(PixelImage image, float radius, boolean alongRows) {
    int whole = (int) radius;
    int full = (int) ((1 << WEIGHT_BITS) / (radius * 2 + 1));
    int edge = ((1 << WEIGHT_BITS) - (whole * 2 + 1) * full) / 2;
    byte[] out = image.draft(image.width(), image.height());
    if (alongRows) {
      for (int y = 0; y < image.height(); y++) {
        blurRow(image.pixels(), out, 3 * y * image.width(), image.width(), whole, full, edge);
      }
    } else {
      blurColumns(image, out, whole, full, edge);
    }
    image.adoptDraft();
  }

  /** A running sum of the whole pixels, and a weighted pixel at each end. */
  private static void blurRow(
      byte[] in, byte[] out, int start, int width, int radius, int full, int edge) {
    int last = start + 3 * (width - 1);
    int red = (in[start] & 0xff) * (radius + 1);
    int green = (in[start + 1] & 0xff) * (radius + 1);
    int blue = (in[start + 2] & 0xff) * (radius + 1);
    for (int i = 0; i < radius; i++) {
      int at = Math.min(start + 3 * i, last);
      red += in[at] & 0xff;
      green += in[at + 1] & 0xff;
      blue += in[at + 2] & 0xff;
    }
    for (int x = 0, at = start; x < width; x++, at += 3) {
      int leaving = Math.max(start, at - 3 * (radius + 1));
      int entering = Math.min(last, at + 3 * radius);
      int next = Math.min(last, at + 3 * (radius + 1));
      red += (in[entering] & 0xff) - (in[leaving] & 0xff);
      green += (in[entering + 1] & 0xff) - (in[leaving + 1] & 0xff);
      blue += (in[entering + 2] & 0xff) - (in[leaving + 2] & 0xff);
      out[at] = weighted(red, in[leaving], in[next], full, edge);
      out[at + 1] = weighted(green, in[leaving + 1], in[next + 1], full, edge);
      out[at + 2] = weighted(blue, in[leaving + 2], in[next + 2], full, edge);
    }
  }

  /** The same down all columns at once: plain loops along rows. */
  private static void blurColumns(PixelImage image, byte[] out, int radius, int full, int edge) {
    byte[] in = image.pixels();
    int row = 3 * image.width();
    int last = row * (image.height() - 1);
    int[] sums = image.rowSums();
    for (int i = 0; i < row; i++) {
      sums[i] = (in[i] & 0xff) * (radius + 1);
    }
    for (int y = 0; y < radius; y++) {
      int at = (int) Math.min((long) row * y, last);
      for (int i = 0; i < row; i++) {
        sums[i] += in[at + i] & 0xff;
      }
    }
    for (int at = 0; at <= last; at += row) {
      int leaving = Math.max(0, at - row * (radius + 1));
      int entering = Math.min(last, at + row * radius);
      int next = Math.min(last, at + row * (radius + 1));
      for (int i = 0; i < row; i++) {
        sums[i] += (in[entering + i] & 0xff) - (in[leaving + i] & 0xff);
        out[at + i] = weighted(sums[i], in[leaving + i], in[next + i], full, edge);
      }
    }
  }

  private static byte weighted(int sum, byte left, byte right, int full, int edge) {
    int value = sum * full + ((left & 0xff) + (right & 0xff)) * edge + (1 << (WEIGHT_BITS - 1));
    return (byte) (value >>> WEIGHT_BITS);
  }
}
