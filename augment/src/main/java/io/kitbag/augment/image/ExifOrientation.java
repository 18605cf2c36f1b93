package io.kitbag.augment.image;

/**
 * Which way up a photograph is to be shown, as its camera noted it in EXIF's tag Orientation.
 *
 * <p>Constants are in the order of the tag's values 1-8 (CIPA DC-008, Exif 2.3, section 4.6.4).
 */
public enum ExifOrientation {
  /** As it is stored. */
  NORMAL,
  /** Mirrored left to right. */
  MIRRORED,
  /** Upside down. */
  TURNED_180,
  /** Mirrored top to bottom. */
  FLIPPED,
  /** Mirrored along the main diagonal. */
  TRANSPOSED,
  /** To be turned right by 90 degrees. */
  TURN_RIGHT,
  /** Mirrored along the other diagonal. */
  TRANSVERSED,
  /** To be turned left by 90 degrees. */
  TURN_LEFT;

  private static final int APP1 = 0xe1;
  private static final int START_OF_SCAN = 0xda;
  private static final int ORIENTATION = 0x0112;
  private static final int SHORT = 3;
  private static final int ENTRY_BYTES = 12;

  /**
   * Returns what a JPEG says; {@link #NORMAL} if it says nothing, or nothing that can be
   * understood, or the file is no JPEG.
   *
   * @param bytes the file, from the array's start
   * @param length its length in bytes
   */
  public static ExifOrientation of(byte[] bytes, int length) {
    int at = 2;
    if (length < 4 || u16(bytes, 0, true) != 0xffd8) {
      return NORMAL;
    }
    while (at + 4 <= length && (bytes[at] & 0xff) == 0xff) {
      int marker = bytes[at + 1] & 0xff;
      int size = u16(bytes, at + 2, true);
      int end = at + 2 + size;
      if (marker == START_OF_SCAN || size < 2 || end > length) {
        return NORMAL;
      }
      if (marker == APP1 && size >= 16 && isExif(bytes, at + 4)) {
        return inTiff(bytes, at + 10, end);
      }
      at = end;
    }
    return NORMAL;
  }

  /** Turns and mirrors an image so that it is as it was seen. */
  public void apply(PixelImage image) {
    if (this == NORMAL) {
      return;
    }
    int width = image.width();
    int height = image.height();
    boolean swapped = ordinal() >= TRANSPOSED.ordinal();
    int newWidth = swapped ? height : width;
    int newHeight = swapped ? width : height;
    byte[] from = image.pixels();
    byte[] to = image.draft(newWidth, newHeight);
    for (int y = 0, o = 0; y < newHeight; y++) {
      for (int x = 0; x < newWidth; x++, o += 3) {
        int i = 3 * source(x, y, width, height);
        to[o] = from[i];
        to[o + 1] = from[i + 1];
        to[o + 2] = from[i + 2];
      }
    }
    image.adoptDraft();
  }

  /** The pixel of the stored image that comes to (x, y). */
  private int source(int x, int y, int width, int height) {
    int right = width - 1;
    int bottom = height - 1;
    return switch (this) {
      case NORMAL -> y * width + x;
      case MIRRORED -> y * width + right - x;
      case TURNED_180 -> (bottom - y) * width + right - x;
      case FLIPPED -> (bottom - y) * width + x;
      case TRANSPOSED -> x * width + y;
      case TURN_RIGHT -> (bottom - x) * width + y;
      case TRANSVERSED -> (bottom - x) * width + right - y;
      case TURN_LEFT -> x * width + right - y;
    };
  }

  private static boolean isExif(byte[] bytes, int at) {
    return bytes[at] == 'E'
        && bytes[at + 1] == 'x'
        && bytes[at + 2] == 'i'
        && bytes[at + 3] == 'f'
        && bytes[at + 4] == 0
        && bytes[at + 5] == 0;
  }

  private static ExifOrientation inTiff(byte[] bytes, int tiff, int end) {
    boolean big = bytes[tiff] == 'M';
    if (bytes[tiff] != bytes[tiff + 1]
        || !big && bytes[tiff] != 'I'
        || u16(bytes, tiff + 2, big) != 42) {
      return NORMAL;
    }
    long directory = tiff + u32(bytes, tiff + 4, big);
    if (directory + 2 > end) {
      return NORMAL;
    }
    int entries = u16(bytes, (int) directory, big);
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + (long) i * ENTRY_BYTES;
      if (entry + ENTRY_BYTES > end) {
        return NORMAL;
      }
      int at = (int) entry;
      if (u16(bytes, at, big) == ORIENTATION) {
        int value = u16(bytes, at + 8, big);
        boolean known = u16(bytes, at + 2, big) == SHORT && value >= 1 && value <= 8;
        return known ? values()[value - 1] : NORMAL;
      }
    }
    return NORMAL;
  }

  private static int u16(byte[] bytes, int at, boolean big) {
    int first = bytes[at] & 0xff;
    int second = bytes[at + 1] & 0xff;
    return big ? first << 8 | second : second << 8 | first;
  }

  private static long u32(byte[] bytes, int at, boolean big) {
    long first = u16(bytes, at, big);
    long second = u16(bytes, at + 2, big);
    return big ? first << 16 | second : second << 16 | first;
  }
}
