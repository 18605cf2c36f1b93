package io.kitbag.augment.internal.jpeg;

import java.util.Arrays;

/**
 * The inverse cosine transform to 8×8 samples, of {@link #LANES} blocks at once.
 *
 * <p>The algorithm of Loeffler, Ligtenberg and Moschytz ("Practical fast 1-D DCT algorithms with 11
 * multiplications", ICASSP 1989) in 13-bit fixed point, columns before rows, two fraction bits kept
 * between them. These are the choices of libjpeg's default "islow" transform, and every libjpeg
 * gives the same samples.
 *
 * <p>How it works: equal places of all blocks lie side by side, so that each pass is one long loop
 * without branches, which the JVM turns into vector instructions. A pass along one axis needs the
 * other one contiguous, so runs of lanes are transposed between the two. Blocks with few
 * coefficients take as long as others, and still less than a scalar transform made for them.
 *
 * <p>Not thread-safe.
 */
final class InverseDct {
  static final int LANE_BITS = 5;

  /** How many blocks are transformed together: the two arrays then fit into a first-level cache. */
  static final int LANES = 1 << LANE_BITS;

  /** From one row of coefficients, or column of samples, to the next. */
  private static final int LINE = 8 * LANES;

  static final int BITS = 13;
  private static final int BETWEEN = 2;
  static final int FIRST_SHIFT = BITS - BETWEEN;
  static final int FIRST_ROUND = 1 << (FIRST_SHIFT - 1);
  static final int LAST_SHIFT = BITS + BETWEEN + 3;

  private static final int UNIT = 1 << BITS;

  /** Rounds, and moves 0 to the middle of 0-255. */
  static final int LAST_ROUND = (1 << (LAST_SHIFT - 1)) + (128 << LAST_SHIFT);

  private static final int C0_298631336 = 2446;
  private static final int C0_390180644 = 3196;
  static final int C0_541196100 = 4433;
  static final int C0_765366865 = 6270;
  private static final int C0_899976223 = 7373;
  private static final int C1_175875602 = 9633;
  private static final int C1_501321110 = 12299;
  static final int C1_847759065 = 15137;
  private static final int C1_961570560 = 16069;
  private static final int C2_053119869 = 16819;
  private static final int C2_562915447 = 20995;
  private static final int C3_072711026 = 25172;

  /**
   * The dequantised coefficients: row by row, {@link #LANES} blocks to a place. Zero again after
   * {@link #transform}.
   */
  final int[] coefficients = new int[8 * LINE];

  /** The samples: column by column, {@link #LANES} blocks to a place. */
  private final int[][] samples = new int[8][LINE];

  private final int[][] terms = new int[8][LINE];

  /** Forgets coefficients that were not transformed. */
  void clear() {
    Arrays.fill(coefficients, 0);
  }

  /** Computes the samples of all blocks. */
  void transform() {
    pass(coefficients, FIRST_ROUND, FIRST_SHIFT, samples);
    for (int y = 0; y < 8; y++) {
      for (int x = 0; x < 8; x++) {
        System.arraycopy(samples[y], x * LANES, coefficients, x * LINE + y * LANES, LANES);
      }
    }
    pass(coefficients, LAST_ROUND, LAST_SHIFT, samples);
    clear();
    for (int[] column : samples) {
      clamp(column);
    }
  }

  /** Writes a block as two groups of four rows, {@code stride} words apart. */
  void copy(int lane, long[] out, int at, int stride) {
    for (int x = 0; x < 8; x++) {
      out[at + x] = four(samples[x], lane);
      out[at + stride + x] = four(samples[x], lane + 4 * LANES);
    }
  }

  /** Writes a block that has nothing but its mean, as {@link #copy} does. */
  static void fill(int dc, long[] out, int at, int stride) {
    int sample = Math.max(0, Math.min(255, ((dc + 4) >> 3) + 128));
    long four = sample * 0x0001_0001_0001_0001L;
    for (int x = 0; x < 8; x++) {
      out[at + x] = four;
      out[at + stride + x] = four;
    }
  }

  private static long four(int[] s, int from) {
    int low = s[from] | s[from + LANES] << 16;
    int high = s[from + 2 * LANES] | s[from + 3 * LANES] << 16;
    return low | (long) high << 32;
  }

  private static void clamp(int[] s) {
    for (int i = 0; i < LINE; i++) {
      s[i] = Clamp.toByte(s[i]);
    }
  }

  /**
   * Transforms along the first axis.
   *
   * <p>Inputs of even and of odd index make four terms each; their sums and differences are the
   * outputs. The terms are sums of products instead of the paper's flow graph, which has fewer
   * multiplications: the same numbers (integers modulo 2^32, its constants added up), but a loop
   * with one or two results becomes vector code, and one with eight does not.
   */
  private void pass(int[] in, int round, int shift, int[][] out) {
    even(in, UNIT, C0_541196100 + C0_765366865, UNIT, C0_541196100, round, terms[0]);
    even(in, UNIT, C0_541196100, -UNIT, C0_541196100 - C1_847759065, round, terms[1]);
    even(in, UNIT, -C0_541196100, -UNIT, C1_847759065 - C0_541196100, round, terms[2]);
    even(in, UNIT, -C0_541196100 - C0_765366865, UNIT, -C0_541196100, round, terms[3]);
    odd(
        in,
        C1_175875602 - C0_899976223 - C0_390180644 + C1_501321110,
        C1_175875602,
        C1_175875602 - C0_390180644,
        C1_175875602 - C0_899976223,
        terms[4]);
    odd(
        in,
        C1_175875602,
        C1_175875602 - C1_961570560 - C2_562915447 + C3_072711026,
        C1_175875602 - C2_562915447,
        C1_175875602 - C1_961570560,
        terms[5]);
    odd(
        in,
        C1_175875602 - C0_390180644,
        C1_175875602 - C2_562915447,
        C1_175875602 - C2_562915447 - C0_390180644 + C2_053119869,
        C1_175875602,
        terms[6]);
    odd(
        in,
        C1_175875602 - C0_899976223,
        C1_175875602 - C1_961570560,
        C1_175875602,
        C1_175875602 - C0_899976223 - C1_961570560 + C0_298631336,
        terms[7]);
    for (int k = 0; k < 4; k++) {
      butterfly(terms[k], terms[4 + k], shift, out[k], out[7 - k]);
    }
  }

  private static void even(int[] in, int w0, int w2, int w4, int w6, int round, int[] out) {
    for (int i = 0; i < LINE; i++) {
      out[i] =
          in[i] * w0
              + in[i + 2 * LINE] * w2
              + in[i + 4 * LINE] * w4
              + in[i + 6 * LINE] * w6
              + round;
    }
  }

  private static void odd(int[] in, int w1, int w3, int w5, int w7, int[] out) {
    for (int i = 0; i < LINE; i++) {
      out[i] =
          in[i + LINE] * w1 + in[i + 3 * LINE] * w3 + in[i + 5 * LINE] * w5 + in[i + 7 * LINE] * w7;
    }
  }

  private static void butterfly(int[] a, int[] b, int shift, int[] sums, int[] differences) {
    for (int i = 0; i < LINE; i++) {
      sums[i] = (a[i] + b[i]) >> shift;
      differences[i] = (a[i] - b[i]) >> shift;
    }
  }
}
