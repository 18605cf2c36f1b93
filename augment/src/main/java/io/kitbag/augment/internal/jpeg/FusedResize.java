package io.kitbag.augment.internal.jpeg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * From component planes to planar RGB of another size in one go: cut, antialiased resize, mirror,
 * colours.
 *
 * <p>Chroma is resized from its own resolution, without being brought to that of luma first, and
 * only target pixels are converted to RGB. Filters see nothing outside the rectangle that they may
 * use, as after Pillow's {@code crop}. Against Pillow's pixels the difference is a level or two in
 * smooth places; strong edges of colour differ more, because Pillow interpolates chroma twice.
 *
 * <p>Not thread-safe; keeps its scratch memory.
 */
public final class FusedResize {
  /** What the weights down sum to: 14 bits. */
  private static final int DOWN_BITS = 14;

  /** Rows come with 8 bits of fraction; 4 are kept. */
  private static final int DOWN_SHIFT = DOWN_BITS + 4;

  private static final int DOWN_ROUND = 1 << (DOWN_SHIFT - 1);

  private static final VarHandle LITTLE_ENDIAN_INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final Taps[] across = {new Taps(), new Taps()};
  private final Taps[] down = {new Taps(), new Taps()};
  private final ResizedRows[] rows = {new ResizedRows(), new ResizedRows(), new ResizedRows()};
  private final int[][] lines = new int[3][0];
  private final int[][] factors = new int[3][4];
  private int[] channel = new int[0];

  /** Makes a resizer. */
  public FusedResize() {}

  /**
   * The part of an image that becomes the target, in pixels of the whole image, and the rectangle
   * whose pixels the filter may see.
   */
  public record Source(
      double left, double top, double right, double bottom, int x, int y, int width, int height) {
    /** Checks that the part lies within the rectangle. */
    public Source {
      if (!(left < right && top < bottom)
          || left < x
          || top < y
          || right > (double) x + width
          || bottom > (double) y + height) {
        throw new IllegalArgumentException(
            String.format(
                "(%s, %s) to (%s, %s) is not a part of %dx%d at (%d, %d)",
                left, top, right, bottom, width, height, x, y));
      }
    }

    /** Returns a rectangle, all of it and nothing else. */
    public static Source of(int x, int y, int width, int height) {
      return new Source(x, y, (double) x + width, (double) y + height, x, y, width, height);
    }
  }

  /**
   * Resizes a decoded image of one or three (Y, Cb, Cr) components.
   *
   * @param image its planes must hold the rectangle of the source
   * @param mirrored whether left and right change places
   * @param target receives the planes of red, green and blue, {@code width}×{@code height} bytes
   *     each
   */
  public void resize(
      JpegDecoder image,
      Source source,
      int width,
      int height,
      boolean mirrored,
      FusedColor color,
      byte[] target) {
    if (!accepts(image)) {
      throw new IllegalArgumentException("the components are not luma and two alike of chroma");
    }
    int components = image.components();
    grow(width);
    prepare(image.plane(0), source, 0, width, height, mirrored);
    start(image.plane(0), 0, 0, width);
    if (components == 3) {
      prepare(image.plane(1), source, 1, width, height, mirrored);
      start(image.plane(1), 1, 1, width);
      start(image.plane(2), 2, 1, width);
    }
    for (int i = 0; i < 3; i++) {
      color.factors(i, factors[i]);
    }
    int plane = width * height;
    for (int y = 0; y < height; y++) {
      for (int i = 0; i < components; i++) {
        blend(rows[i], down[Math.min(i, 1)], y, lines[i], width);
      }
      for (int i = 0; i < 3; i++) {
        if (components == 3) {
          mix(factors[i], width);
        } else {
          mixGrey(factors[i], width);
        }
        clamp(channel, width);
        pack(channel, width, target, i * plane + y * width);
      }
    }
  }

  /** Tells whether {@link #resize} can work on the open image of a decoder. */
  public static boolean accepts(JpegDecoder image) {
    return !image.isRgb() && image.chromaMatches();
  }

  private void prepare(
      JpegPlane plane, Source source, int at, int width, int height, boolean mirrored) {
    double fx = plane.columnsPerPixel();
    double fy = plane.rowsPerPixel();
    int low = (int) Math.floor(source.x * fx);
    int high = Math.min(plane.width(), (int) Math.ceil((source.x + source.width) * fx));
    across[at].prepare(
        source.left * fx, source.right * fx, low, high, width, ResizedRows.UNIT, mirrored);
    low = (int) Math.floor(source.y * fy);
    high = Math.min(plane.height(), (int) Math.ceil((source.y + source.height) * fy));
    down[at].prepare(source.top * fy, source.bottom * fy, low, high, height, 1 << DOWN_BITS, false);
  }

  private void start(JpegPlane plane, int component, int taps, int width) {
    Taps vertical = down[taps];
    rows[component].start(plane, across[taps], width, vertical.start[0], vertical.count);
  }

  private void grow(int width) {
    if (channel.length < width) {
      channel = new int[width];
      for (int i = 0; i < 3; i++) {
        lines[i] = new int[width];
      }
    }
  }

  /** Computes a target row of one component, with 4 bits of fraction. */
  private static void blend(ResizedRows rows, Taps taps, int y, int[] out, int width) {
    int first = taps.start[y];
    int count = taps.count;
    int[] weights = taps.weights;
    int w = y * count;
    rows.require(first + count - 1);
    int[] a = rows.row(first);
    switch (count) {
      case 1 -> one(a, weights[w], out, width);
      case 2 -> two(a, rows.row(first + 1), weights[w], weights[w + 1], out, width);
      case 3 ->
          three(
              a,
              rows.row(first + 1),
              rows.row(first + 2),
              weights[w],
              weights[w + 1],
              weights[w + 2],
              out,
              width);
      default -> {
        begin(a, rows.row(first + 1), weights[w], weights[w + 1], out, width);
        int k = 2;
        for (; k < count - 2; k++) {
          add(rows.row(first + k), weights[w + k], out, width);
        }
        finish(
            rows.row(first + k),
            rows.row(first + k + 1),
            weights[w + k],
            weights[w + k + 1],
            out,
            width);
      }
    }
  }

  private static void one(int[] a, int wa, int[] out, int width) {
    for (int i = 0; i < width; i++) {
      out[i] = (a[i] * wa + DOWN_ROUND) >> DOWN_SHIFT;
    }
  }

  private static void two(int[] a, int[] b, int wa, int wb, int[] out, int width) {
    for (int i = 0; i < width; i++) {
      out[i] = (a[i] * wa + b[i] * wb + DOWN_ROUND) >> DOWN_SHIFT;
    }
  }

  private static void three(
      int[] a, int[] b, int[] c, int wa, int wb, int wc, int[] out, int width) {
    for (int i = 0; i < width; i++) {
      out[i] = (a[i] * wa + b[i] * wb + c[i] * wc + DOWN_ROUND) >> DOWN_SHIFT;
    }
  }

  private static void begin(int[] a, int[] b, int wa, int wb, int[] out, int width) {
    for (int i = 0; i < width; i++) {
      out[i] = a[i] * wa + b[i] * wb + DOWN_ROUND;
    }
  }

  private static void add(int[] a, int wa, int[] out, int width) {
    for (int i = 0; i < width; i++) {
      out[i] += a[i] * wa;
    }
  }

  private static void finish(int[] a, int[] b, int wa, int wb, int[] out, int width) {
    for (int i = 0; i < width; i++) {
      out[i] = (out[i] + a[i] * wa + b[i] * wb) >> DOWN_SHIFT;
    }
  }

  private void mix(int[] factor, int width) {
    int fy = factor[0];
    int fb = factor[1];
    int fr = factor[2];
    int constant = factor[3];
    int[] luma = lines[0];
    int[] blue = lines[1];
    int[] red = lines[2];
    int[] out = channel;
    for (int i = 0; i < width; i++) {
      out[i] = (luma[i] * fy + blue[i] * fb + red[i] * fr + constant) >> 16;
    }
  }

  private void mixGrey(int[] factor, int width) {
    int fy = factor[0];
    int constant = factor[3] + (128 << 4) * (factor[1] + factor[2]);
    int[] luma = lines[0];
    int[] out = channel;
    for (int i = 0; i < width; i++) {
      out[i] = (luma[i] * fy + constant) >> 16;
    }
  }

  /** A loop of its own: together with the sums it would not become vector code. */
  private static void clamp(int[] values, int width) {
    for (int i = 0; i < width; i++) {
      values[i] = Clamp.toByte(values[i]);
    }
  }

  /** Stores numbers 0-255, four at once. */
  private static void pack(int[] in, int width, byte[] target, int at) {
    int i = 0;
    for (; i <= width - 4; i += 4) {
      int four = in[i] | in[i + 1] << 8 | in[i + 2] << 16 | in[i + 3] << 24;
      LITTLE_ENDIAN_INT.set(target, at + i, four);
    }
    for (; i < width; i++) {
      target[at + i] = (byte) in[i];
    }
  }
}
