package io.kitbag.augment.internal.jpeg;

/**
 * The inverse cosine transform of 4×4, 2×2 or 1×1 points of a block's lowest coefficients, for
 * images that are wanted smaller. In the fixed point of {@link InverseDct}.
 *
 * <p>Not thread-safe.
 */
final class ScaledDct {
  private final int[] low = new int[16];
  private final int[] between = new int[16];

  /**
   * Takes the coefficients of a block.
   *
   * @param coefficients laid out as {@link InverseDct#coefficients}
   */
  void load(int[] coefficients, int lane) {
    for (int i = 0; i < 16; i++) {
      int place = (i >> 2 << 3) + (i & 3);
      low[i] = coefficients[(place << InverseDct.LANE_BITS) + lane];
    }
  }

  /** Transforms the lowest 4×4 coefficients to 4×4 samples: one group of rows. */
  void quarter(long[] out, int at) {
    int[] c = low;
    int[] w = between;
    for (int x = 0; x < 4; x++) {
      int turn = (c[x + 4] + c[x + 12]) * InverseDct.C0_541196100;
      int o0 = turn + c[x + 4] * InverseDct.C0_765366865;
      int o1 = turn - c[x + 12] * InverseDct.C1_847759065;
      int e0 = ((c[x] + c[x + 8]) << InverseDct.BITS) + InverseDct.FIRST_ROUND;
      int e1 = ((c[x] - c[x + 8]) << InverseDct.BITS) + InverseDct.FIRST_ROUND;
      w[x] = (e0 + o0) >> InverseDct.FIRST_SHIFT;
      w[x + 4] = (e1 + o1) >> InverseDct.FIRST_SHIFT;
      w[x + 8] = (e1 - o1) >> InverseDct.FIRST_SHIFT;
      w[x + 12] = (e0 - o0) >> InverseDct.FIRST_SHIFT;
    }
    out[at] = 0;
    out[at + 1] = 0;
    out[at + 2] = 0;
    out[at + 3] = 0;
    for (int row = 0; row < 4; row++) {
      int from = 4 * row;
      int lane = row << 4;
      int turn = (w[from + 1] + w[from + 3]) * InverseDct.C0_541196100;
      int o0 = turn + w[from + 1] * InverseDct.C0_765366865;
      int o1 = turn - w[from + 3] * InverseDct.C1_847759065;
      int e0 = ((w[from] + w[from + 2]) << InverseDct.BITS) + InverseDct.LAST_ROUND;
      int e1 = ((w[from] - w[from + 2]) << InverseDct.BITS) + InverseDct.LAST_ROUND;
      out[at] |= clamp((e0 + o0) >> InverseDct.LAST_SHIFT) << lane;
      out[at + 1] |= clamp((e1 + o1) >> InverseDct.LAST_SHIFT) << lane;
      out[at + 2] |= clamp((e1 - o1) >> InverseDct.LAST_SHIFT) << lane;
      out[at + 3] |= clamp((e0 - o0) >> InverseDct.LAST_SHIFT) << lane;
    }
  }

  /** Adds 2×2 samples of the lowest coefficients to words that were zero in these lanes. */
  void eighth(long[] out, int at, int lane) {
    int[] c = low;
    int middle = c[0] + (128 << 3) + 4;
    out[at] |= clamp((middle + c[1] + c[4] + c[5]) >> 3) << lane;
    out[at + 1] |= clamp((middle - c[1] + c[4] - c[5]) >> 3) << lane;
    out[at] |= clamp((middle + c[1] - c[4] - c[5]) >> 3) << (lane + 16);
    out[at + 1] |= clamp((middle - c[1] - c[4] + c[5]) >> 3) << (lane + 16);
  }

  /** Adds the block's mean to a word that was zero in this lane. */
  void mean(long[] out, int at, int lane) {
    out[at] |= clamp(((low[0] + 4) >> 3) + 128) << lane;
  }

  private static long clamp(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
