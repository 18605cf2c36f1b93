package io.kitbag.augment.internal.jpeg;

import org.jspecify.annotations.Nullable;

/** One component of a frame: its geometry, tables, and what has been decoded of it. */
final class Component {
  final JpegPlane plane = new JpegPlane();
  final int[] steps = new int[64];

  int id;
  int across;
  int down;
  int stepsIndex;

  /** The size in samples, and in blocks as scans of this component alone count them. */
  int width;

  int height;
  int blocksAcross;
  int blocksDown;

  /** Blocks from one row of blocks to the next in scans of several components. */
  int paddedAcross;

  int paddedDown;

  /** The part to decode, in blocks; ends are exclusive. */
  int firstColumn;

  int endColumn;
  int firstRow;
  int endRow;

  int dcPrediction;
  @Nullable HuffmanTable dc;
  @Nullable HuffmanTable ac;
  boolean seen;

  /** Coefficients of all blocks in file order, for progressive files. */
  short[] coefficients = new short[0];

  /** Lays out the component of an image in which the finest ones have the given factors. */
  void layOut(int imageWidth, int imageHeight, int mostAcross, int mostDown) {
    width = ceilDivide((long) imageWidth * across, mostAcross);
    height = ceilDivide((long) imageHeight * down, mostDown);
    blocksAcross = ceilDivide(width, 8);
    blocksDown = ceilDivide(height, 8);
    paddedAcross = ceilDivide(imageWidth, 8L * mostAcross) * across;
    paddedDown = ceilDivide(imageHeight, 8L * mostDown) * down;
    seen = false;
    dc = null;
    ac = null;
  }

  boolean needs(int column, int row) {
    return row >= firstRow && row < endRow && column >= firstColumn && column < endColumn;
  }

  static int ceilDivide(long value, long by) {
    return (int) ((value + by - 1) / by);
  }
}
