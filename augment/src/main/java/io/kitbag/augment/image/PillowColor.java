package io.kitbag.augment.image;

/**
 * Pillow's brightness, contrast, saturation and hue on 8-bit pixels, bit for bit.
 *
 * <p>Brightness, contrast and saturation are {@code ImageEnhance}: the image is blended with black,
 * with its mean grey, or with its own grey, in single precision, truncated and clamped to 0-255
 * ({@code src/libImaging/Blend.c}). Grey is luma 0.299 R + 0.587 G + 0.114 B in Pillow's 16-bit
 * fixed point. Hue goes through Pillow's 8-bit HSV as in torchvision's {@code adjust_hue}.
 *
 * <p>All methods work in place. A factor of 1 changes nothing, 0 is the full blend.
 */
public final class PillowColor {
  private PillowColor() {}

  /** Blends with black: value × factor. */
  public static void brightness(PixelImage image, float factor) {
    blendWithConstant(image, 0, factor);
  }

  /** Blends with the image's mean luma, rounded to an integer. */
  public static void contrast(PixelImage image, float factor) {
    if (factor == 1) {
      return;
    }
    byte[] pixels = image.pixels();
    int length = image.length();
    long sum = 0;
    for (int i = 0; i < length; i += 3) {
      sum += luma(pixels[i] & 0xff, pixels[i + 1] & 0xff, pixels[i + 2] & 0xff);
    }
    blendWithConstant(image, (int) ((double) sum / (length / 3) + 0.5), factor);
  }

  /** Blends every pixel with its own luma. */
  public static void saturation(PixelImage image, float factor) {
    if (factor == 1) {
      return;
    }
    byte[] pixels = image.pixels();
    int length = image.length();
    for (int i = 0; i < length; i += 3) {
      int red = pixels[i] & 0xff;
      int green = pixels[i + 1] & 0xff;
      int blue = pixels[i + 2] & 0xff;
      int grey = luma(red, green, blue);
      pixels[i] = blend(grey, red, factor);
      pixels[i + 1] = blend(grey, green, factor);
      pixels[i + 2] = blend(grey, blue, factor);
    }
  }

  /**
   * Turns the hue by a fraction of the full circle.
   *
   * @param turn −0.5 to 0.5; quantised to 1/255 turn, towards zero
   */
  public static void hueShift(PixelImage image, double turn) {
    int shift = (int) (turn * 255);
    hue(image, 1, shift);
  }

  /** Multiplies the hue angle, 0 to 1 turn from red, by a factor and wraps it. */
  public static void hueScale(PixelImage image, double factor) {
    hue(image, factor, 0);
  }

  /** Returns Pillow's luma of a colour, 0-255. */
  static int luma(int red, int green, int blue) {
    return (19595 * red + 38470 * green + 7471 * blue + 0x8000) >> 16;
  }

  private static void blendWithConstant(PixelImage image, int degenerate, float factor) {
    if (factor == 1) {
      return;
    }
    byte[] table = image.table();
    for (int v = 0; v < 256; v++) {
      table[v] = blend(degenerate, v, factor);
    }
    byte[] pixels = image.pixels();
    int length = image.length();
    for (int i = 0; i < length; i++) {
      pixels[i] = table[pixels[i] & 0xff];
    }
  }

  static byte blend(int degenerate, int value, float factor) {
    float blended = degenerate + factor * (value - degenerate);
    return (byte) (blended <= 0 ? 0 : blended >= 255 ? 255 : (int) blended);
  }

  private static void hue(PixelImage image, double factor, int shift) {
    byte[] pixels = image.pixels();
    int length = image.length();
    for (int i = 0; i < length; i += 3) {
      int red = pixels[i] & 0xff;
      int green = pixels[i + 1] & 0xff;
      int blue = pixels[i + 2] & 0xff;
      int max = Math.max(red, Math.max(green, blue));
      int min = Math.min(red, Math.min(green, blue));
      int hue = 0;
      int saturation = 0;
      if (max > min) {
        float chroma = max - min;
        saturation = (int) (chroma / max * 255.0);
        hue = (int) (hueOf(red, green, blue, max, chroma) * 255.0);
      }
      writeHsv(pixels, i, ((int) (hue * factor) + shift) & 0xff, saturation, max);
    }
  }

  /** Pillow's {@code rgb2hsv}: single precision with double intermediates, as the C code has. */
  private static double hueOf(int red, int green, int blue, int max, float chroma) {
    float fromRed = (max - red) / chroma;
    float fromGreen = (max - green) / chroma;
    float fromBlue = (max - blue) / chroma;
    float sixths;
    if (red == max) {
      sixths = fromBlue - fromGreen;
    } else if (green == max) {
      sixths = (float) (2.0 + fromRed - fromBlue);
    } else {
      sixths = (float) (4.0 + fromGreen - fromRed);
    }
    return (float) ((sixths / 6.0 + 1.0) % 1.0);
  }

  private static void writeHsv(byte[] pixels, int at, int hue, int saturation, int value) {
    if (saturation == 0) {
      pixels[at] = (byte) value;
      pixels[at + 1] = (byte) value;
      pixels[at + 2] = (byte) value;
      return;
    }
    int sector = (int) (hue * 6.0f / 255.0);
    float rest = (float) (hue * 6.0f / 255.0 - sector);
    float purity = (float) (saturation / 255.0);
    byte low = rounded(value * (1.0 - purity));
    byte falling = rounded(value * (1.0 - purity * rest));
    byte rising = rounded(value * (1.0 - purity * (1.0 - rest)));
    byte high = (byte) value;
    switch (sector % 6) {
      case 0 -> write(pixels, at, high, rising, low);
      case 1 -> write(pixels, at, falling, high, low);
      case 2 -> write(pixels, at, low, high, rising);
      case 3 -> write(pixels, at, low, falling, high);
      case 4 -> write(pixels, at, rising, low, high);
      default -> write(pixels, at, high, low, falling);
    }
  }

  private static byte rounded(double value) {
    return (byte) (int) (value + 0.5);
  }

  private static void write(byte[] pixels, int at, byte red, byte green, byte blue) {
    pixels[at] = red;
    pixels[at + 1] = green;
    pixels[at + 2] = blue;
  }
}
