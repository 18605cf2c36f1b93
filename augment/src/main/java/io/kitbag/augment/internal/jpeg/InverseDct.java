package io.kitbag.augment.internal.jpeg;

/**
 * The inverse cosine transform of a block, written into a {@link JpegPlane}'s four-row words.
 *
 * <p>Full size: the algorithm of Loeffler, Ligtenberg and Moschytz ("Practical fast 1-D DCT
 * algorithms with 11 multiplications", ICASSP 1989) in 13-bit fixed point, columns before rows, two
 * fraction bits kept between them. These are the choices of libjpeg's default "islow" transform,
 * and every libjpeg gives the same samples. What is left out for a block with few coefficients is
 * zero, so the result is the same.
 *
 * <p>Smaller sizes: the transform of 4×4, 2×2 or 1×1 points of the lowest coefficients.
 *
 * <p>Not thread-safe.
 */
final class InverseDct {
  /** The bits of a place in a block that are set in its last four columns, and rows. */
  private static final int FAR_COLUMN = 4;

  private static final int FAR_ROW = 32;

  private static final int BITS = 13;
  private static final int BETWEEN = 2;
  private static final int FIRST_SHIFT = BITS - BETWEEN;
  private static final int FIRST_ROUND = 1 << (FIRST_SHIFT - 1);
  private static final int LAST_SHIFT = BITS + BETWEEN + 3;

  /** Rounds, and moves 0 to the middle of 0-255. */
  private static final int LAST_ROUND = (1 << (LAST_SHIFT - 1)) + (128 << LAST_SHIFT);

  private static final int C0_298631336 = 2446;
  private static final int C0_390180644 = 3196;
  private static final int C0_541196100 = 4433;
  private static final int C0_765366865 = 6270;
  private static final int C0_899976223 = 7373;
  private static final int C1_175875602 = 9633;
  private static final int C1_501321110 = 12299;
  private static final int C1_847759065 = 15137;
  private static final int C1_961570560 = 16069;
  private static final int C2_053119869 = 16819;
  private static final int C2_562915447 = 20995;
  private static final int C3_072711026 = 25172;

  private final int[] between = new int[64];

  /**
   * Transforms a block to 8×8 samples.
   *
   * @param coefficients 64, dequantised, row by row
   * @param used the places, in {@code coefficients}, of those that are not zero, combined by OR
   * @param out receives two groups of four rows, {@code stride} words apart
   */
  void full(int[] coefficients, int used, long[] out, int at, int stride) {
    if (used == 0) {
      fill(coefficients[0], out, at, stride);
      return;
    }
    boolean narrow = (used & FAR_COLUMN) == 0;
    int columns = narrow ? 4 : 8;
    if ((used & FAR_ROW) == 0) {
      shortColumns(coefficients, columns);
    } else {
      columns(coefficients, columns);
    }
    for (int group = 0; group < 2; group++) {
      int to = at + group * stride;
      for (int row = 0; row < 4; row++) {
        int from = 32 * group + 8 * row;
        if (narrow) {
          shortRow(from, out, to, row << 4);
        } else {
          row(from, out, to, row << 4);
        }
      }
    }
  }

  private static void fill(int dc, long[] out, int at, int stride) {
    long four = clamp(((dc + 4) >> 3) + 128) * 0x0001_0001_0001_0001L;
    for (int x = 0; x < 8; x++) {
      out[at + x] = four;
      out[at + stride + x] = four;
    }
  }

  private void columns(int[] c, int count) {
    int[] w = between;
    for (int x = 0; x < count; x++) {
      int a1 = c[x + 8];
      int a2 = c[x + 16];
      int a3 = c[x + 24];
      int a5 = c[x + 40];
      int a6 = c[x + 48];
      int a7 = c[x + 56];

      int turn = (a2 + a6) * C0_541196100;
      int low = turn - a6 * C1_847759065;
      int high = turn + a2 * C0_765366865;
      int sum = ((c[x] + c[x + 32]) << BITS) + FIRST_ROUND;
      int difference = ((c[x] - c[x + 32]) << BITS) + FIRST_ROUND;
      int e0 = sum + high;
      int e3 = sum - high;
      int e1 = difference + low;
      int e2 = difference - low;

      int z5 = (a7 + a3 + a5 + a1) * C1_175875602;
      int z1 = -(a7 + a1) * C0_899976223;
      int z2 = -(a5 + a3) * C2_562915447;
      int z3 = z5 - (a7 + a3) * C1_961570560;
      int z4 = z5 - (a5 + a1) * C0_390180644;
      int o3 = a7 * C0_298631336 + z1 + z3;
      int o2 = a5 * C2_053119869 + z2 + z4;
      int o1 = a3 * C3_072711026 + z2 + z3;
      int o0 = a1 * C1_501321110 + z1 + z4;

      w[x] = (e0 + o0) >> FIRST_SHIFT;
      w[x + 56] = (e0 - o0) >> FIRST_SHIFT;
      w[x + 8] = (e1 + o1) >> FIRST_SHIFT;
      w[x + 48] = (e1 - o1) >> FIRST_SHIFT;
      w[x + 16] = (e2 + o2) >> FIRST_SHIFT;
      w[x + 40] = (e2 - o2) >> FIRST_SHIFT;
      w[x + 24] = (e3 + o3) >> FIRST_SHIFT;
      w[x + 32] = (e3 - o3) >> FIRST_SHIFT;
    }
  }

  private void row(int from, long[] out, int at, int lane) {
    int[] w = between;
    int a1 = w[from + 1];
    int a2 = w[from + 2];
    int a3 = w[from + 3];
    int a5 = w[from + 5];
    int a6 = w[from + 6];
    int a7 = w[from + 7];

    int turn = (a2 + a6) * C0_541196100;
    int low = turn - a6 * C1_847759065;
    int high = turn + a2 * C0_765366865;
    int sum = ((w[from] + w[from + 4]) << BITS) + LAST_ROUND;
    int difference = ((w[from] - w[from + 4]) << BITS) + LAST_ROUND;

    int z5 = (a7 + a3 + a5 + a1) * C1_175875602;
    int z1 = -(a7 + a1) * C0_899976223;
    int z2 = -(a5 + a3) * C2_562915447;
    int z3 = z5 - (a7 + a3) * C1_961570560;
    int z4 = z5 - (a5 + a1) * C0_390180644;
    put(
        out,
        at,
        lane,
        sum + high,
        difference + low,
        difference - low,
        sum - high,
        a1 * C1_501321110 + z1 + z4,
        a3 * C3_072711026 + z2 + z3,
        a5 * C2_053119869 + z2 + z4,
        a7 * C0_298631336 + z1 + z3);
  }

  /** As {@link #columns} for blocks with nothing in their last four rows. */
  private void shortColumns(int[] c, int count) {
    int[] w = between;
    for (int x = 0; x < count; x++) {
      int a1 = c[x + 8];
      int a2 = c[x + 16];
      int a3 = c[x + 24];

      int low = a2 * C0_541196100;
      int high = a2 * (C0_541196100 + C0_765366865);
      int middle = (c[x] << BITS) + FIRST_ROUND;

      int z5 = (a3 + a1) * C1_175875602;
      int z1 = -a1 * C0_899976223;
      int z2 = -a3 * C2_562915447;
      int z3 = z5 - a3 * C1_961570560;
      int z4 = z5 - a1 * C0_390180644;
      int o3 = z1 + z3;
      int o2 = z2 + z4;
      int o1 = a3 * C3_072711026 + z2 + z3;
      int o0 = a1 * C1_501321110 + z1 + z4;

      w[x] = (middle + high + o0) >> FIRST_SHIFT;
      w[x + 56] = (middle + high - o0) >> FIRST_SHIFT;
      w[x + 8] = (middle + low + o1) >> FIRST_SHIFT;
      w[x + 48] = (middle + low - o1) >> FIRST_SHIFT;
      w[x + 16] = (middle - low + o2) >> FIRST_SHIFT;
      w[x + 40] = (middle - low - o2) >> FIRST_SHIFT;
      w[x + 24] = (middle - high + o3) >> FIRST_SHIFT;
      w[x + 32] = (middle - high - o3) >> FIRST_SHIFT;
    }
  }

  /** As {@link #row} for blocks with nothing in their last four columns. */
  private void shortRow(int from, long[] out, int at, int lane) {
    int[] w = between;
    int a1 = w[from + 1];
    int a2 = w[from + 2];
    int a3 = w[from + 3];

    int low = a2 * C0_541196100;
    int high = a2 * (C0_541196100 + C0_765366865);
    int middle = (w[from] << BITS) + LAST_ROUND;

    int z5 = (a3 + a1) * C1_175875602;
    int z1 = -a1 * C0_899976223;
    int z2 = -a3 * C2_562915447;
    int z3 = z5 - a3 * C1_961570560;
    int z4 = z5 - a1 * C0_390180644;
    put(
        out,
        at,
        lane,
        middle + high,
        middle + low,
        middle - low,
        middle - high,
        a1 * C1_501321110 + z1 + z4,
        a3 * C3_072711026 + z2 + z3,
        z2 + z4,
        z1 + z3);
  }

  /** Writes the eight samples of a row, made of its even and odd halves, into their lane. */
  private static void put(
      long[] out,
      int at,
      int lane,
      int e0,
      int e1,
      int e2,
      int e3,
      int o0,
      int o1,
      int o2,
      int o3) {
    long s0 = clamp((e0 + o0) >> LAST_SHIFT) << lane;
    long s1 = clamp((e1 + o1) >> LAST_SHIFT) << lane;
    long s2 = clamp((e2 + o2) >> LAST_SHIFT) << lane;
    long s3 = clamp((e3 + o3) >> LAST_SHIFT) << lane;
    long s4 = clamp((e3 - o3) >> LAST_SHIFT) << lane;
    long s5 = clamp((e2 - o2) >> LAST_SHIFT) << lane;
    long s6 = clamp((e1 - o1) >> LAST_SHIFT) << lane;
    long s7 = clamp((e0 - o0) >> LAST_SHIFT) << lane;
    if (lane == 0) {
      out[at] = s0;
      out[at + 1] = s1;
      out[at + 2] = s2;
      out[at + 3] = s3;
      out[at + 4] = s4;
      out[at + 5] = s5;
      out[at + 6] = s6;
      out[at + 7] = s7;
    } else {
      out[at] |= s0;
      out[at + 1] |= s1;
      out[at + 2] |= s2;
      out[at + 3] |= s3;
      out[at + 4] |= s4;
      out[at + 5] |= s5;
      out[at + 6] |= s6;
      out[at + 7] |= s7;
    }
  }

  /** Transforms the lowest 4×4 coefficients to 4×4 samples: one group of rows. */
  void quarter(int[] c, long[] out, int at) {
    int[] w = between;
    for (int x = 0; x < 4; x++) {
      int turn = (c[x + 8] + c[x + 24]) * C0_541196100;
      int o0 = turn + c[x + 8] * C0_765366865;
      int o1 = turn - c[x + 24] * C1_847759065;
      int e0 = ((c[x] + c[x + 16]) << BITS) + FIRST_ROUND;
      int e1 = ((c[x] - c[x + 16]) << BITS) + FIRST_ROUND;
      w[x] = (e0 + o0) >> FIRST_SHIFT;
      w[x + 4] = (e1 + o1) >> FIRST_SHIFT;
      w[x + 8] = (e1 - o1) >> FIRST_SHIFT;
      w[x + 12] = (e0 - o0) >> FIRST_SHIFT;
    }
    out[at] = 0;
    out[at + 1] = 0;
    out[at + 2] = 0;
    out[at + 3] = 0;
    for (int row = 0; row < 4; row++) {
      int from = 4 * row;
      int lane = row << 4;
      int turn = (w[from + 1] + w[from + 3]) * C0_541196100;
      int o0 = turn + w[from + 1] * C0_765366865;
      int o1 = turn - w[from + 3] * C1_847759065;
      int e0 = ((w[from] + w[from + 2]) << BITS) + LAST_ROUND;
      int e1 = ((w[from] - w[from + 2]) << BITS) + LAST_ROUND;
      out[at] |= clamp((e0 + o0) >> LAST_SHIFT) << lane;
      out[at + 1] |= clamp((e1 + o1) >> LAST_SHIFT) << lane;
      out[at + 2] |= clamp((e1 - o1) >> LAST_SHIFT) << lane;
      out[at + 3] |= clamp((e0 - o0) >> LAST_SHIFT) << lane;
    }
  }

  /** Adds 2×2 samples of the lowest coefficients to words that were zero in these lanes. */
  void eighth(int[] c, long[] out, int at, int lane) {
    int middle = c[0] + (128 << 3) + 4;
    out[at] |= clamp((middle + c[1] + c[8] + c[9]) >> 3) << lane;
    out[at + 1] |= clamp((middle - c[1] + c[8] - c[9]) >> 3) << lane;
    out[at] |= clamp((middle + c[1] - c[8] - c[9]) >> 3) << (lane + 16);
    out[at + 1] |= clamp((middle - c[1] - c[8] + c[9]) >> 3) << (lane + 16);
  }

  /** Adds the block's mean to a word that was zero in this lane. */
  void mean(int[] c, long[] out, int at, int lane) {
    out[at] |= clamp(((c[0] + 4) >> 3) + 128) << lane;
  }

  private static long clamp(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
