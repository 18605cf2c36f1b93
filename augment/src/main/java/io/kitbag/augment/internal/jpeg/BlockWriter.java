package io.kitbag.augment.internal.jpeg;

/** Turns the coefficients of a block into samples of its component's plane. */
final class BlockWriter {
  /** The dequantised coefficients of one block, row by row. */
  final int[] block = new int[64];

  private final InverseDct transform = new InverseDct();
  private int shift;

  /**
   * Sets the size of the samples to come.
   *
   * @param newShift 0 for 8×8 samples a block, 1 for 4×4, 2 for 2×2, 3 for one
   */
  void scale(int newShift) {
    shift = newShift;
    java.util.Arrays.fill(block, 0);
  }

  /** Writes {@link #block}; see {@link InverseDct#full} for {@code used}. */
  void write(Component component, int column, int row, int used) {
    JpegPlane plane = component.plane;
    int x = (column << 3 >> shift) - plane.left;
    int y = (row << 3 >> shift) - plane.top;
    int at = (y >> 2) * plane.stride + x;
    int lane = (y & 3) << 4;
    switch (shift) {
      case 0 -> transform.full(block, used, plane.packed, at, plane.stride);
      case 1 -> transform.quarter(block, plane.packed, at);
      case 2 -> transform.eighth(block, plane.packed, at, lane);
      default -> transform.mean(block, plane.packed, at, lane);
    }
  }
}
