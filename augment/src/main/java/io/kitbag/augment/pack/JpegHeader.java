package io.kitbag.augment.pack;

/** What the markers in front of a JPEG's pixels say. */
final class JpegHeader {
  private static final int START = 0xffd8;
  private static final int BASELINE = 0xc0;
  private static final int START_OF_SCAN = 0xda;
  private static final int ADOBE = 0xee;

  private JpegHeader() {}

  /**
   * Tells whether a file is a baseline JPEG of grey or YCbCr, the kind that every decoder reads
   * fast.
   */
  static boolean isPlainBaseline(byte[] bytes, int length) {
    if (length < 4 || u16(bytes, 0) != START) {
      return false;
    }
    boolean baseline = false;
    int at = 2;
    while (at + 4 <= length && (bytes[at] & 0xff) == 0xff) {
      int marker = bytes[at + 1] & 0xff;
      int size = u16(bytes, at + 2);
      if (marker == START_OF_SCAN) {
        return baseline;
      }
      if (marker == ADOBE || size < 2 || at + 2 + size > length) {
        return false;
      }
      if (marker == BASELINE && size >= 8) {
        int components = bytes[at + 9] & 0xff;
        baseline = bytes[at + 4] == 8 && (components == 1 || components == 3);
      }
      at += 2 + size;
    }
    return false;
  }

  private static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }
}
