package io.kitbag.augment.internal.jpeg;

/**
 * Turns the coefficients of blocks into samples of their components' planes. At full size blocks
 * are collected first and transformed together: {@link #flush} must follow the last one.
 */
final class BlockWriter {
  private final InverseDct transform = new InverseDct();
  private final ScaledDct scaled = new ScaledDct();
  private int shift;

  /** The next block's coefficients are those of this lane. */
  private int lane;

  /** Where the samples of each lane go, at full size. */
  private final long[][] planes = new long[InverseDct.LANES][];

  private final int[] places = new int[InverseDct.LANES];
  private final int[] strides = new int[InverseDct.LANES];

  /**
   * Sets the size of the samples to come.
   *
   * @param newShift 0 for 8×8 samples a block, 1 for 4×4, 2 for 2×2, 3 for one
   */
  void scale(int newShift) {
    shift = newShift;
    lane = 0;
    transform.clear();
  }

  /**
   * Returns where the next block's dequantised coefficients belong, all zero by now: the one in
   * place {@code p} of the block to {@code (p << InverseDct.LANE_BITS) + lane()}.
   */
  int[] coefficients() {
    return transform.coefficients;
  }

  /** See {@link #coefficients}. */
  int lane() {
    return lane;
  }

  /**
   * Takes a block, whose AC coefficients lie in its lane.
   *
   * @param dc the first coefficient, dequantised
   * @param used 0 if all others are zero
   */
  void write(Component component, int column, int row, int dc, int used) {
    JpegPlane plane = component.plane;
    int x = (column << 3 >> shift) - plane.left;
    int y = (row << 3 >> shift) - plane.top;
    int at = (y >> 2) * plane.stride + x;
    if (shift == 0 && used == 0) {
      InverseDct.fill(dc, plane.packed, at, plane.stride);
      return;
    }
    transform.coefficients[lane] = dc;
    if (shift > 0) {
      scaled.load(transform.coefficients, lane);
      writeScaled(plane.packed, at, (y & 3) << 4);
    } else {
      planes[lane] = plane.packed;
      places[lane] = at;
      strides[lane] = plane.stride;
    }
    // Scaled blocks do not wait; lanes change for them too, since all are cleared faster than one.
    if (++lane == InverseDct.LANES) {
      flush();
    }
  }

  private void writeScaled(long[] out, int at, int bit) {
    switch (shift) {
      case 1 -> scaled.quarter(out, at);
      case 2 -> scaled.eighth(out, at, bit);
      default -> scaled.mean(out, at, bit);
    }
  }

  /** Writes the blocks that wait. */
  void flush() {
    if (shift > 0) {
      transform.clear();
    } else if (lane > 0) {
      transform.transform();
      for (int i = 0; i < lane; i++) {
        transform.copy(i, planes[i], places[i], strides[i]);
      }
    }
    lane = 0;
  }
}
