package io.kitbag.augment.internal.jpeg;

/**
 * The rows of one plane after the horizontal filter, made when the vertical one needs them.
 *
 * <p>How it works: one {@code long} of a {@link JpegPlane} holds a sample of four rows, 16 bits
 * each. Weights that sum to 256 keep every sum below 2^16, so a 64-bit multiplication and addition
 * serves four rows at once. The results, 8 bits of fraction, go to a ring of rows that is large
 * enough for the vertical filter. The loops are written out for the usual numbers of taps: an inner
 * loop over them costs twice as much.
 */
final class ResizedRows {
  /** What the weights across sum to. */
  static final int UNIT = 256;

  private static final int LANE = 0xffff;

  private JpegPlane plane = new JpegPlane();
  private Taps across = new Taps();
  private int width;
  private int[][] ring = new int[0][];
  private int mask;
  private int nextGroup;

  /**
   * Prepares for a plane.
   *
   * @param firstRow the uppermost row that will be asked for
   * @param rowsAtOnce how many consecutive rows are needed at the same time
   */
  void start(JpegPlane source, Taps taps, int targetWidth, int firstRow, int rowsAtOnce) {
    plane = source;
    across = taps;
    width = targetWidth;
    nextGroup = (firstRow - plane.top) >> 2;
    // The rows in use, and those that a group of four brings on both sides of them.
    int rows = Integer.highestOneBit(rowsAtOnce + 5) << 1;
    if (ring.length < rows || ring[0].length < width) {
      ring = new int[Math.max(rows, ring.length)][width];
    }
    mask = ring.length - 1;
  }

  /** Makes the rows up to this one. */
  void require(int row) {
    int last = (row - plane.top) >> 2;
    while (nextGroup <= last) {
      group(nextGroup++);
    }
  }

  /** Returns a row that is still in the ring: values 0-255 times {@link #UNIT}. */
  int[] row(int row) {
    return ring[(row - plane.top) & mask];
  }

  private void group(int group) {
    long[] in = plane.packed;
    int base = group * plane.stride - plane.left;
    int[] r0 = ring[4 * group & mask];
    int[] r1 = ring[4 * group + 1 & mask];
    int[] r2 = ring[4 * group + 2 & mask];
    int[] r3 = ring[4 * group + 3 & mask];
    switch (across.count) {
      case 1 -> one(in, base, r0, r1, r2, r3);
      case 2 -> two(in, base, r0, r1, r2, r3);
      case 3 -> three(in, base, r0, r1, r2, r3);
      case 4 -> four(in, base, r0, r1, r2, r3);
      case 5 -> five(in, base, r0, r1, r2, r3);
      default -> many(in, base, r0, r1, r2, r3);
    }
  }

  private void one(long[] in, int base, int[] r0, int[] r1, int[] r2, int[] r3) {
    int[] start = across.start;
    for (int x = 0; x < width; x++) {
      put(in[base + start[x]] << 8, x, r0, r1, r2, r3);
    }
  }

  private void two(long[] in, int base, int[] r0, int[] r1, int[] r2, int[] r3) {
    int[] start = across.start;
    int[] weights = across.weights;
    for (int x = 0, w = 0; x < width; x++, w += 2) {
      int i = base + start[x];
      put(in[i] * weights[w] + in[i + 1] * weights[w + 1], x, r0, r1, r2, r3);
    }
  }

  private void three(long[] in, int base, int[] r0, int[] r1, int[] r2, int[] r3) {
    int[] start = across.start;
    int[] weights = across.weights;
    for (int x = 0, w = 0; x < width; x++, w += 3) {
      int i = base + start[x];
      long sum = in[i] * weights[w] + in[i + 1] * weights[w + 1] + in[i + 2] * weights[w + 2];
      put(sum, x, r0, r1, r2, r3);
    }
  }

  private void four(long[] in, int base, int[] r0, int[] r1, int[] r2, int[] r3) {
    int[] start = across.start;
    int[] weights = across.weights;
    for (int x = 0, w = 0; x < width; x++, w += 4) {
      int i = base + start[x];
      long sum =
          in[i] * weights[w]
              + in[i + 1] * weights[w + 1]
              + in[i + 2] * weights[w + 2]
              + in[i + 3] * weights[w + 3];
      put(sum, x, r0, r1, r2, r3);
    }
  }

  private void five(long[] in, int base, int[] r0, int[] r1, int[] r2, int[] r3) {
    int[] start = across.start;
    int[] weights = across.weights;
    for (int x = 0, w = 0; x < width; x++, w += 5) {
      int i = base + start[x];
      long sum =
          in[i] * weights[w]
              + in[i + 1] * weights[w + 1]
              + in[i + 2] * weights[w + 2]
              + in[i + 3] * weights[w + 3]
              + in[i + 4] * weights[w + 4];
      put(sum, x, r0, r1, r2, r3);
    }
  }

  private void many(long[] in, int base, int[] r0, int[] r1, int[] r2, int[] r3) {
    int count = across.count;
    for (int x = 0; x < width; x++) {
      int i = base + across.start[x];
      int w = x * count;
      long sum = 0;
      for (int k = 0; k < count; k++) {
        sum += in[i + k] * across.weights[w + k];
      }
      put(sum, x, r0, r1, r2, r3);
    }
  }

  private static void put(long sum, int x, int[] r0, int[] r1, int[] r2, int[] r3) {
    r0[x] = (int) sum & LANE;
    r1[x] = (int) (sum >>> 16) & LANE;
    r2[x] = (int) (sum >>> 32) & LANE;
    r3[x] = (int) (sum >>> 48);
  }
}
