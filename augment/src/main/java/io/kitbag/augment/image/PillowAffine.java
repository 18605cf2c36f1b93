package io.kitbag.augment.image;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Pillow's affine {@code Image.transform} and {@code Image.rotate}, bit for bit.
 *
 * <p>Pixel (x, y) of the result comes from (a·x′ + b·y′ + c, d·x′ + e·y′ + f) of the source with x′
 * = x + ½ and y′ = y + ½; what lies outside gets the fill colour. As in Pillow's {@code
 * src/libImaging/Geometry.c}, nearest neighbours are found in 16.16 fixed point, the other filters
 * compute in double precision, repeat the edge pixels and cut the fraction off.
 */
public final class PillowAffine {
  private static final int FRACTION_BITS = 16;

  private PillowAffine() {}

  /**
   * The map from result to source.
   *
   * @param a weight of x in the source's x
   * @param b weight of y in the source's x
   * @param c shift of the source's x in pixels
   * @param d weight of x in the source's y
   * @param e weight of y in the source's y
   * @param f shift of the source's y in pixels
   */
  public record Matrix(double a, double b, double c, double d, double e, double f) {
    /** Returns a shear of the rows about the upper left corner. */
    public static Matrix shearX(double factor) {
      return new Matrix(1, factor, 0, 0, 1, 0);
    }

    /** Returns a shear of the columns about the upper left corner. */
    public static Matrix shearY(double factor) {
      return new Matrix(1, 0, 0, factor, 1, 0);
    }

    /** Returns a shift of the image to the right and down. */
    public static Matrix translate(double right, double down) {
      return new Matrix(1, 0, -right, 0, 1, -down);
    }

    /**
     * Returns a turn about the centre, counterclockwise, as Pillow's {@code rotate} computes it.
     */
    public static Matrix rotate(double degrees, int width, int height) {
      double turn = degrees % 360;
      double radians = -Math.toRadians(turn < 0 ? turn + 360 : turn);
      double cos = rounded(StrictMath.cos(radians));
      double sin = rounded(StrictMath.sin(radians));
      double x = width / 2.0;
      double y = height / 2.0;
      return new Matrix(cos, sin, cos * -x + sin * -y + x, -sin, cos, -sin * -x + cos * -y + y);
    }

    private boolean isWholeShift() {
      return a == 1 && e == 1 && b == 0 && d == 0 && c == Math.rint(c) && f == Math.rint(f);
    }

    /** Pillow rounds to 15 decimals, so that right angles are exact. */
    private static double rounded(double value) {
      return new BigDecimal(value).setScale(15, RoundingMode.HALF_EVEN).doubleValue();
    }
  }

  /** Replaces the image by its transform of the same size. */
  public static void apply(PixelImage image, Matrix map, Interpolation interpolation, Rgb fill) {
    byte[] target = image.draft(image.width(), image.height());
    byte red = fill.level(0);
    byte green = fill.level(1);
    byte blue = fill.level(2);
    for (int i = 0; i < image.length(); i += 3) {
      target[i] = red;
      target[i + 1] = green;
      target[i + 2] = blue;
    }
    // At whole pixels the filters give the pixel itself.
    switch (map.isWholeShift() ? Interpolation.NEAREST : interpolation) {
      case NEAREST -> nearest(image, map, target);
      case BILINEAR -> bilinear(image, map, target);
      case BICUBIC -> Bicubic.apply(image, map, target);
    }
    image.adoptDraft();
  }

  /** Turns the image counterclockwise about its centre. */
  public static void rotate(
      PixelImage image, double degrees, Interpolation interpolation, Rgb fill) {
    if (degrees != 0) {
      apply(image, Matrix.rotate(degrees, image.width(), image.height()), interpolation, fill);
    }
  }

  private static void nearest(PixelImage image, Matrix map, byte[] target) {
    int width = image.width();
    int height = image.height();
    byte[] pixels = image.pixels();
    if (map.b == 0 && map.d == 0) {
      nearestOfShift(image, map, target);
      return;
    }
    int xStep = fixed(map.a);
    int xRowStep = fixed(map.b);
    int yStep = fixed(map.d);
    int yRowStep = fixed(map.e);
    int rowX = fixed(map.c + map.a * 0.5 + map.b * 0.5);
    int rowY = fixed(map.f + map.d * 0.5 + map.e * 0.5);
    for (int y = 0, out = 0; y < height; y++, rowX += xRowStep, rowY += yRowStep) {
      int inX = rowX;
      int inY = rowY;
      for (int x = 0; x < width; x++, out += 3, inX += xStep, inY += yStep) {
        int sourceX = inX >> FRACTION_BITS;
        int sourceY = inY >> FRACTION_BITS;
        if (sourceX >= 0 && sourceX < width && sourceY >= 0 && sourceY < height) {
          int in = 3 * (sourceY * width + sourceX);
          target[out] = pixels[in];
          target[out + 1] = pixels[in + 1];
          target[out + 2] = pixels[in + 2];
        }
      }
    }
  }

  /** Without turn and shear, Pillow adds up positions in floating point. */
  private static void nearestOfShift(PixelImage image, Matrix map, byte[] target) {
    int width = image.width();
    int height = image.height();
    byte[] pixels = image.pixels();
    double inY = map.f + map.e * 0.5;
    for (int y = 0; y < height; y++, inY += map.e) {
      int sourceY = inY < 0 ? -1 : (int) inY;
      if (sourceY < 0 || sourceY >= height) {
        continue;
      }
      double inX = map.c + map.a * 0.5;
      int out = 3 * y * width;
      for (int x = 0; x < width; x++, out += 3, inX += map.a) {
        int sourceX = inX < 0 ? -1 : (int) inX;
        if (sourceX >= 0 && sourceX < width) {
          int in = 3 * (sourceY * width + sourceX);
          target[out] = pixels[in];
          target[out + 1] = pixels[in + 1];
          target[out + 2] = pixels[in + 2];
        }
      }
    }
  }

  private static void bilinear(PixelImage image, Matrix map, byte[] target) {
    int width = image.width();
    int height = image.height();
    byte[] pixels = image.pixels();
    for (int y = 0, out = 0; y < height; y++) {
      double centreY = y + 0.5;
      for (int x = 0; x < width; x++, out += 3) {
        double centreX = x + 0.5;
        double inX = map.a * centreX + map.b * centreY + map.c;
        double inY = map.d * centreX + map.e * centreY + map.f;
        if (inX < 0 || inX >= width || inY < 0 || inY >= height) {
          continue;
        }
        inX -= 0.5;
        inY -= 0.5;
        int left = floor(inX);
        int top = floor(inY);
        double dx = inX - left;
        double dy = inY - top;
        int column0 = 3 * Math.max(left, 0);
        int column1 = 3 * Math.min(left + 1, width - 1);
        int row0 = 3 * width * Math.max(top, 0);
        int row1 = 3 * width * Math.min(top + 1, height - 1);
        for (int c = 0; c < 3; c++) {
          int a = pixels[row0 + column0 + c] & 0xff;
          int b = pixels[row0 + column1 + c] & 0xff;
          double upper = a + (b - a) * dx;
          if (dy == 0) {
            target[out + c] = (byte) (int) upper;
            continue;
          }
          a = pixels[row1 + column0 + c] & 0xff;
          b = pixels[row1 + column1 + c] & 0xff;
          double lower = a + (b - a) * dx;
          target[out + c] = (byte) (int) (upper + (lower - upper) * dy);
        }
      }
    }
  }

  /** Of a value above −1; less work than {@link Math#floor}. */
  private static int floor(double value) {
    int whole = (int) value;
    return value < whole ? whole - 1 : whole;
  }

  private static int fixed(double value) {
    return (int) Math.floor(value * (1 << FRACTION_BITS) + 0.5);
  }
}
