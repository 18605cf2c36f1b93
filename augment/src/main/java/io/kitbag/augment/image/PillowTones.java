package io.kitbag.augment.image;

/**
 * Pillow's {@code ImageOps} that map each channel's values through a table, bit for bit: posterize,
 * solarize, invert, autocontrast, equalize; and its conversion to grey.
 */
public final class PillowTones {
  private static final int LEVELS = 256;

  private PillowTones() {}

  /**
   * Keeps the upper bits of every value.
   *
   * @param bits 0 (all black) to 8 (no change)
   */
  public static void posterize(PixelImage image, int bits) {
    int mask = -1 << (8 - bits);
    byte[] pixels = image.pixels();
    int length = image.length();
    for (int i = 0; i < length; i++) {
      pixels[i] &= (byte) mask;
    }
  }

  /** Inverts the values of the threshold and above. */
  public static void solarize(PixelImage image, double threshold) {
    byte[] table = image.table();
    for (int v = 0; v < LEVELS; v++) {
      table[v] = (byte) (v < threshold ? v : 255 - v);
    }
    map(image, table);
  }

  /** Adds to the values below 128, up to 255: timm's {@code solarize_add}. */
  public static void solarizeAdd(PixelImage image, int added) {
    byte[] table = image.table();
    for (int v = 0; v < LEVELS; v++) {
      table[v] = (byte) (v < 128 ? Math.min(255, v + added) : v);
    }
    map(image, table);
  }

  /** Makes a negative. */
  public static void invert(PixelImage image) {
    byte[] pixels = image.pixels();
    int length = image.length();
    for (int i = 0; i < length; i++) {
      pixels[i] = (byte) ~pixels[i];
    }
  }

  /** Gives all three channels the luma, as a round trip through Pillow's mode L does. */
  public static void grey(PixelImage image) {
    byte[] pixels = image.pixels();
    int length = image.length();
    for (int i = 0; i < length; i += 3) {
      byte luma =
          (byte) PillowColor.luma(pixels[i] & 0xff, pixels[i + 1] & 0xff, pixels[i + 2] & 0xff);
      pixels[i] = luma;
      pixels[i + 1] = luma;
      pixels[i + 2] = luma;
    }
  }

  /** Stretches every channel so that its least value becomes 0 and its greatest 255. */
  public static void autoContrast(PixelImage image) {
    byte[] table = image.table();
    for (int channel = 0; channel < 3; channel++) {
      int[] counts = histogram(image, channel);
      int low = 0;
      while (counts[low] == 0) {
        low++;
      }
      int high = LEVELS - 1;
      while (counts[high] == 0) {
        high--;
      }
      if (high > low) {
        double scale = 255.0 / (high - low);
        double offset = -low * scale;
        for (int v = 0; v < LEVELS; v++) {
          table[v] = (byte) Math.max(0, Math.min(255, (int) (v * scale + offset)));
        }
        map(image, table, channel);
      }
    }
  }

  /** Spreads every channel's values so that all levels are about as frequent. */
  public static void equalize(PixelImage image) {
    byte[] table = image.table();
    for (int channel = 0; channel < 3; channel++) {
      int[] counts = histogram(image, channel);
      int highest = LEVELS - 1;
      while (counts[highest] == 0) {
        highest--;
      }
      // For a channel of one value the step is 0, too.
      int step = (image.length() / 3 - counts[highest]) / 255;
      if (step == 0) {
        continue;
      }
      int sum = step / 2;
      for (int v = 0; v < LEVELS; v++) {
        table[v] = (byte) Math.min(255, sum / step);
        sum += counts[v];
      }
      map(image, table, channel);
    }
  }

  private static int[] histogram(PixelImage image, int channel) {
    int[] counts = image.counts();
    byte[] pixels = image.pixels();
    int length = image.length();
    for (int i = channel; i < length; i += 3) {
      counts[pixels[i] & 0xff]++;
    }
    return counts;
  }

  private static void map(PixelImage image, byte[] table) {
    byte[] pixels = image.pixels();
    int length = image.length();
    for (int i = 0; i < length; i++) {
      pixels[i] = table[pixels[i] & 0xff];
    }
  }

  private static void map(PixelImage image, byte[] table, int channel) {
    byte[] pixels = image.pixels();
    int length = image.length();
    for (int i = channel; i < length; i += 3) {
      pixels[i] = table[pixels[i] & 0xff];
    }
  }
}
