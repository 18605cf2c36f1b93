package io.kitbag.augment.internal.jpeg;

import java.util.Arrays;

/**
 * The decoded part of one component, at the component's own resolution.
 *
 * <p>Samples of four rows share a {@code long}, 16 bits each, the uppermost row in the lowest bits,
 * so that a filter along the rows works on four of them with one multiplication. The part begins at
 * a block's edge, which may lie before the rectangle asked for; columns and rows behind the
 * component's own size hold what the encoder padded with.
 *
 * <p>Valid until the decoder's next image. Not thread-safe.
 */
public final class JpegPlane {
  long[] packed = new long[0];

  /** Words from one group of four rows to the next. */
  int stride;

  int left;
  int top;
  private int width;
  private int height;
  private double columnsPerPixel;
  private double rowsPerPixel;

  JpegPlane() {}

  void describe(int newWidth, int newHeight, double newColumnsPerPixel, double newRowsPerPixel) {
    width = newWidth;
    height = newHeight;
    columnsPerPixel = newColumnsPerPixel;
    rowsPerPixel = newRowsPerPixel;
  }

  /** Lays out the decoded part; its samples are all 0 then if {@code clear} is set. */
  void allocate(int newLeft, int newTop, int columns, int rows, boolean clear) {
    left = newLeft;
    top = newTop;
    stride = columns;
    int length = Math.multiplyExact(columns, (rows + 3) / 4);
    if (packed.length < length) {
      packed = new long[Math.max(length, packed.length + packed.length / 2)];
    } else if (clear) {
      Arrays.fill(packed, 0, length, 0);
    }
  }

  /** Returns the width of the whole component in samples. */
  public int width() {
    return width;
  }

  /** Returns the height of the whole component in samples. */
  public int height() {
    return height;
  }

  /** Returns how many columns there are for a column of the image: at most 1. */
  public double columnsPerPixel() {
    return columnsPerPixel;
  }

  /** Returns how many rows there are for a row of the image: at most 1. */
  public double rowsPerPixel() {
    return rowsPerPixel;
  }

  /** Returns a sample, 0-255, by its place in the whole component; it must have been decoded. */
  public int sample(int x, int y) {
    int row = y - top;
    return (int) (packed[(row >> 2) * stride + x - left] >>> ((row & 3) << 4)) & 0xff;
  }

  /** Copies a part of a row as numbers 0-255. */
  void copyRow(int x, int y, int count, int[] target) {
    int row = y - top;
    int lane = (row & 3) << 4;
    int in = (row >> 2) * stride + x - left;
    for (int i = 0; i < count; i++) {
      target[i] = (int) (packed[in + i] >>> lane) & 0xff;
    }
  }

  /**
   * Returns the mean over a rectangle, given in pixels of the whole image, from every fourth
   * column; it must have been decoded.
   */
  public double mean(int x, int y, int rectangleWidth, int rectangleHeight) {
    int first = (int) (x * columnsPerPixel) - left;
    int end = Math.max(first + 1, (int) ((x + rectangleWidth) * columnsPerPixel) - left);
    int firstRow = (int) (y * rowsPerPixel) - top;
    int endRow = Math.max(firstRow + 1, (int) ((y + rectangleHeight) * rowsPerPixel) - top);
    long sum = 0;
    for (int group = firstRow >> 2; group <= (endRow - 1) >> 2; group++) {
      int firstLane = Math.max(0, firstRow - 4 * group);
      int endLane = Math.min(4, endRow - 4 * group);
      long inside = -1L >>> (64 - 16 * (endLane - firstLane)) << (16 * firstLane);
      int base = group * stride;
      long lanes = 0;
      int added = 0;
      for (int i = first; i < end; i += 4) {
        lanes += packed[base + i] & inside;
        // 257 samples of 255 fill a lane.
        if (++added == 256) {
          sum += total(lanes);
          lanes = 0;
          added = 0;
        }
      }
      sum += total(lanes);
    }
    return (double) sum / ((long) (endRow - firstRow) * ((end - first + 3) / 4));
  }

  private static long total(long lanes) {
    return (lanes & 0xffff) + (lanes >>> 16 & 0xffff) + (lanes >>> 32 & 0xffff) + (lanes >>> 48);
  }
}
