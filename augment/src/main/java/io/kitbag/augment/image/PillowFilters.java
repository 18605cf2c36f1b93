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

  private static void boxBlur(PixelImage image, float radius, boolean alongRows) {
    int width = image.width();
    int height = image.height();
    int whole = (int) radius;
    long full = (long) ((1 << WEIGHT_BITS) / (radius * 2 + 1));
    long edge = ((1 << WEIGHT_BITS) - (whole * 2 + 1) * full) / 2;
    byte[] in = image.pixels();
    byte[] out = image.draft(width, height);
    int step = alongRows ? 3 : 3 * width;
    int count = alongRows ? width : height;
    int lines = alongRows ? height : width;
    int lineStep = alongRows ? 3 * width : 3;
    for (int line = 0; line < lines; line++) {
      for (int c = 0; c < 3; c++) {
        boxBlur(in, out, line * lineStep + c, step, count, whole, full, edge);
      }
    }
    image.adoptDraft();
  }

  /** One line: a running sum of the whole pixels, and a weighted pixel at each end. */
  private static void boxBlur(
      byte[] in, byte[] out, int start, int step, int count, int radius, long full, long edge) {
    int last = count - 1;
    int sum = (in[start] & 0xff) * (radius + 1);
    for (int i = 0; i < radius; i++) {
      sum += in[start + Math.min(i, last) * step] & 0xff;
    }
    for (int i = 0; i < count; i++) {
      int left = in[start + Math.max(0, i - radius - 1) * step] & 0xff;
      int entering = in[start + Math.min(last, i + radius) * step] & 0xff;
      int right = in[start + Math.min(last, i + radius + 1) * step] & 0xff;
      sum += entering - left;
      long value = sum * full + (left + right) * edge + (1 << (WEIGHT_BITS - 1));
      out[start + i * step] = (byte) (value >> WEIGHT_BITS);
    }
  }
}
