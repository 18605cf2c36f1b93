package io.kitbag.augment.image;

import java.util.Arrays;

/**
 * Pillow's antialiased bilinear resize, bit for bit.
 *
 * <p>Formula (Pillow, {@code src/libImaging/Resample.c}): the filter is a triangle of half-width
 * max(1, scale) source pixels around the centre of each target pixel, clipped at the edges of the
 * source and normalised to sum 1. Weights are 22-bit fixed point; the rows are resized first and
 * rounded to 8 bits, then the columns; since Pillow 13.0 the other way round where that is less
 * work. A pass that would change nothing is left out, as there.
 *
 * <p>One instance keeps its tables and intermediate rows between calls. Not thread-safe.
 */
public final class PillowResize {
  private static final int PRECISION_BITS = 32 - 8 - 2;
  private static final int ROUND = 1 << (PRECISION_BITS - 1);

  private final Filter horizontal = new Filter();
  private final Filter vertical = new Filter();
  private byte[] rows = new byte[0];
  private int[] sums = new int[0];

  /** Makes a resizer with empty tables. */
  public PillowResize() {}

  /**
   * Interleaved RGB bytes seen by the filter: {@code width}×{@code height} pixels from {@code
   * offset}, rows {@code stride} bytes apart. The array is not copied.
   */
  public record Source(byte[] pixels, int offset, int stride, int width, int height) {
    /** Checks that the pixels lie inside the array. */
    public Source {
      if (width < 1
          || height < 1
          || offset < 0
          || stride < 3 * width
          || offset + (height - 1L) * stride + 3L * width > pixels.length) {
        throw new IllegalArgumentException(
            String.format(
                "%dx%d pixels from %d with stride %d do not fit %d bytes",
                width, height, offset, stride, pixels.length));
      }
    }
  }

  /**
   * The part of the source, in source pixels from its upper left corner, that the target covers.
   * Pixels around the box but inside the source still feed the filter, as with Pillow's {@code
   * resize(size, box=…)}; single precision as there.
   */
  public record Box(float left, float top, float right, float bottom) {
    /** Checks that the box is not empty. */
    public Box {
      if (!(left >= 0 && top >= 0 && right > left && bottom > top)) {
        throw new IllegalArgumentException(
            String.format("box (%s, %s, %s, %s) is empty or negative", left, top, right, bottom));
      }
    }
  }

  /** The part of the target that is wanted, in target pixels. */
  public record Window(int x, int y, int width, int height) {}

  /**
   * Resizes a box of the source to {@code width}×{@code height} interleaved RGB pixels.
   *
   * @param target receives 3 × width × height bytes from its start
   */
  public void resize(Source source, Box box, byte[] target, int width, int height) {
    resize(source, box, target, width, height, new Window(0, 0, width, height));
  }

  /**
   * Computes a part of what a box of the source becomes when it is resized to {@code width}×{@code
   * height}: the same pixels, without the work and the memory for the others.
   *
   * @param target receives the bytes of the window from its start
   */
  public void resize(Source source, Box box, byte[] target, int width, int height, Window window) {
    if (box.right > source.width || box.bottom > source.height) {
      throw new IllegalArgumentException(
          box + " exceeds the " + source.width + "x" + source.height + " source");
    }
    boolean columnsChange = width != source.width || box.left != 0 || box.right != width;
    boolean rowsChange = height != source.height || box.top != 0 || box.bottom != height;
    if (!rowsChange) {
      if (columnsChange) {
        horizontal.prepare(source.width, box.left, box.right, width, window.x, window.width);
        resizeRows(source, window.y, window.y + window.height, target, window.width);
      } else {
        copy(source, window, target);
      }
      return;
    }
    vertical.prepare(source.height, box.top, box.bottom, height, window.y, window.height);
    if (!columnsChange) {
      int offset = source.offset + 3 * window.x;
      resizeColumns(source.pixels, offset, source.stride, target, window.width, window.height);
      return;
    }
    horizontal.prepare(source.width, box.left, box.right, width, window.x, window.width);
    if (columnsFirst(source, width, height)) {
      int stride = 3 * source.width;
      reserve(Math.multiplyExact(stride, window.height));
      resizeColumns(source.pixels, source.offset, source.stride, rows, source.width, window.height);
      Source between = new Source(rows, 0, stride, source.width, window.height);
      resizeRows(between, 0, window.height, target, window.width);
      return;
    }
    int first = vertical.start[0];
    int last = vertical.start[window.height - 1] + vertical.count[window.height - 1];
    int stride = 3 * window.width;
    reserve(Math.multiplyExact(stride, last - first));
    resizeRows(source, first, last, rows, window.width);
    resizeColumns(rows, -first * stride, stride, target, window.width, window.height);
  }

  /**
   * Which pass comes first shows in the last bit, as the pixels between them are rounded. The rule
   * was read off the results of Pillow 13.0; up to 12 rows always came first.
   */
  private static boolean columnsFirst(Source source, int width, int height) {
    int less = source.height - height;
    return less > 0 && less > 2L * (source.width - width);
  }

  private void reserve(int needed) {
    if (rows.length < needed) {
      rows = new byte[Math.max(needed, rows.length + rows.length / 2)];
    }
  }

  private void resizeRows(Source source, int firstRow, int lastRow, byte[] target, int width) {
    byte[] pixels = source.pixels;
    int out = 0;
    for (int y = firstRow; y < lastRow; y++) {
      int row = source.offset + y * source.stride;
      for (int x = 0; x < width; x++) {
        int in = row + 3 * horizontal.start[x];
        int weight = x * horizontal.taps;
        int end = weight + horizontal.count[x];
        int red = ROUND;
        int green = ROUND;
        int blue = ROUND;
        for (; weight < end; weight++, in += 3) {
          int w = horizontal.weights[weight];
          red += (pixels[in] & 0xff) * w;
          green += (pixels[in + 1] & 0xff) * w;
          blue += (pixels[in + 2] & 0xff) * w;
        }
        // No clamp: the weights are not negative and sum to 1 within rounding.
        target[out] = (byte) (red >> PRECISION_BITS);
        target[out + 1] = (byte) (green >> PRECISION_BITS);
        target[out + 2] = (byte) (blue >> PRECISION_BITS);
        out += 3;
      }
    }
  }

  private void resizeColumns(
      byte[] pixels, int offset, int stride, byte[] target, int width, int height) {
    int length = 3 * width;
    if (sums.length < length) {
      sums = new int[length];
    }
    for (int y = 0; y < height; y++) {
      int out = y * length;
      int firstWeight = y * vertical.taps;
      int count = vertical.count[y];
      int in = offset + vertical.start[y] * stride;
      // Tap by tap over whole rows: plain loops over int, which the JIT turns into vector code.
      Arrays.fill(sums, 0, length, ROUND);
      for (int k = 0; k < count; k++, in += stride) {
        int w = vertical.weights[firstWeight + k];
        for (int i = 0; i < length; i++) {
          sums[i] += (pixels[in + i] & 0xff) * w;
        }
      }
      for (int i = 0; i < length; i++) {
        target[out + i] = (byte) (sums[i] >> PRECISION_BITS);
      }
    }
  }

  private static void copy(Source source, Window window, byte[] target) {
    int row = 3 * window.width;
    int first = source.offset + window.y * source.stride + 3 * window.x;
    for (int y = 0; y < window.height; y++) {
      System.arraycopy(source.pixels, first + y * source.stride, target, y * row, row);
    }
  }

  /** First source position, tap count and weights of target positions along one axis. */
  private static final class Filter {
    int taps;
    int[] start = new int[0];
    int[] count = new int[0];
    int[] weights = new int[0];
    private double[] exact = new double[0];

    /** For {@code wanted} of the {@code outSize} target positions, from {@code firstOut} on. */
    void prepare(int inSize, float from, float to, int outSize, int firstOut, int wanted) {
      double scale = (double) (to - from) / outSize;
      double support = Math.max(scale, 1);
      taps = (int) Math.ceil(support) * 2 + 1;
      int total = Math.multiplyExact(wanted, taps);
      if (start.length < wanted) {
        start = new int[wanted];
        count = new int[wanted];
      }
      if (weights.length < total) {
        weights = new int[total];
      }
      if (exact.length < taps) {
        exact = new double[taps];
      }
      double inverse = 1 / support;
      for (int i = 0; i < wanted; i++) {
        double center = from + (firstOut + i + 0.5) * scale;
        int first = Math.max(0, (int) (center - support + 0.5));
        int size = Math.min(inSize, (int) (center + support + 0.5)) - first;
        double sum = 0;
        for (int k = 0; k < size; k++) {
          double weight = Math.max(0, 1 - Math.abs((k + first - center + 0.5) * inverse));
          exact[k] = weight;
          sum += weight;
        }
        for (int k = 0; k < size; k++) {
          double weight = sum == 0 ? exact[k] : exact[k] / sum;
          weights[i * taps + k] = (int) (0.5 + weight * (1 << PRECISION_BITS));
        }
        start[i] = first;
        count[i] = size;
      }
    }
  }
}
