package io.kitbag.bench.pipeline;

import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.random.Draws;

/**
 * Paints pictures that cost a decoder what photographs cost.
 *
 * <p>How it works: "dead leaves" (Lee, Mumford, Huang, "Occlusion models for natural images", IJCV
 * 41, 2001). Shapes that cover each other, with sizes of the law r⁻³, have the edges and the
 * spectrum of photographs. Each has a colour that resembles what it covers, shading, and a texture
 * with as much energy in every octave. Then comes the camera: a lens that is more or less sharp,
 * and the sensor's noise. How rich in detail a picture is differs from one to the next, as it does
 * in a data set.
 *
 * <p>A picture is a function of seed and index. Not thread-safe.
 */
final class PhotoPainter {
  private static final long PURPOSE = Draws.purpose("photo");
  private static final int COARSEST = 64;
  private static final double LEAST_RADIUS = 5;
  private static final double MOST_RADIUS = 200;

  /** How often shapes cover the picture on the whole: little of the background is left. */
  private static final int COVER = 3;

  /** How much of the difference of what a shape covers from the whole remains in its colour. */
  private static final double LIKENESS = 0.75;

  private float[] texture = new float[0];
  private float[] spare = new float[0];
  private final float[][] planes = new float[3][0];
  private int width;
  private int height;

  /** Paints a picture. */
  void paint(long seed, int index, int newWidth, int newHeight, PixelImage target) {
    Draws random = Draws.keyed(seed, PURPOSE, 0, index);
    grow(newWidth, newHeight);
    double detail = 0.3 + 1.5 * random.nextDouble();
    weave(random);
    double[] scene = {
      105 + 35 * random.nextGaussian(),
      128 + 9 * random.nextGaussian(),
      128 + 9 * random.nextGaussian()
    };
    leaf(leafOf(random, scene, 0, width / 2.0, height / 2.0, 4.0 * Math.max(width, height)));
    double least = LEAST_RADIUS * StrictMath.exp(1.6 * random.nextDouble());
    double left = (double) COVER * width * height;
    while (left > 0) {
      double radius = radius(random, least);
      int x = random.nextInt(width);
      int y = random.nextInt(height);
      int at = y * width + x;
      double[] colour = new double[3];
      for (int i = 0; i < 3; i++) {
        colour[i] = scene[i] + LIKENESS * (planes[i][at] - scene[i]);
      }
      left -= leaf(leafOf(random, colour, detail, x, y, radius));
    }
    int blurs = random.nextInt(3);
    for (float[] plane : planes) {
      for (int i = 0; i < blurs; i++) {
        blur(plane);
      }
    }
    expose(random, 0.5 + 1.2 * detail * random.nextDouble(), target);
  }

  private void grow(int newWidth, int newHeight) {
    width = newWidth;
    height = newHeight;
    int length = width * height;
    if (texture.length < length) {
      texture = new float[length];
      spare = new float[length];
      for (int i = 0; i < 3; i++) {
        planes[i] = new float[length];
      }
    }
  }

  /** Fills the texture: every octave an interpolated grid of random values. */
  private void weave(Draws random) {
    java.util.Arrays.fill(texture, 0, width * height, 0);
    for (int step = COARSEST; step >= 1; step /= 2) {
      int columns = width / step + 2;
      float[] grid = new float[columns * (height / step + 2)];
      for (int i = 0; i < grid.length; i++) {
        grid[i] = 2 * random.nextFloat() - 1;
      }
      for (int y = 0; y < height; y++) {
        float down = (float) (y % step) / step;
        int row = y / step * columns;
        for (int x = 0; x < width; x++) {
          float across = (float) (x % step) / step;
          int at = row + x / step;
          float above = grid[at] + across * (grid[at + 1] - grid[at]);
          float below = grid[at + columns] + across * (grid[at + columns + 1] - grid[at + columns]);
          texture[y * width + x] += above + down * (below - above);
        }
      }
    }
  }

  private static double radius(Draws random, double least) {
    double from = 1 / (least * least);
    double to = 1 / (MOST_RADIUS * MOST_RADIUS);
    return 1 / Math.sqrt(from - random.nextDouble() * (from - to));
  }

  /** One shape: an ellipse, its colour, its shading from side to side, and its texture. */
  private record Leaf(
      double x,
      double y,
      double radius,
      double flatness,
      double cos,
      double sin,
      double[] colour,
      double shading,
      double roughness,
      int from) {}

  private static Leaf leafOf(
      Draws random, double[] under, double detail, double x, double y, double radius) {
    double angle = 2 * Math.PI * random.nextDouble();
    return new Leaf(
        x,
        y,
        radius,
        0.4 + 0.6 * random.nextDouble(),
        StrictMath.cos(angle),
        StrictMath.sin(angle),
        new double[] {
          under[0] + 30 * random.nextGaussian(),
          under[1] + 5 * random.nextGaussian(),
          under[2] + 5 * random.nextGaussian()
        },
        15 * random.nextGaussian(),
        3.2 * detail * StrictMath.exp(0.7 * random.nextGaussian()),
        random.nextInt(1 << 20));
  }

  /** Paints a shape and returns its area, whether it lies within the picture or not. */
  private double leaf(Leaf leaf) {
    int top = (int) Math.max(0, Math.ceil(leaf.y - leaf.radius));
    int bottom = (int) Math.min(height - 1.0, Math.floor(leaf.y + leaf.radius));
    int left = (int) Math.max(0, Math.ceil(leaf.x - leaf.radius));
    int right = (int) Math.min(width - 1.0, Math.floor(leaf.x + leaf.radius));
    int length = width * height;
    for (int y = top; y <= bottom; y++) {
      for (int x = left; x <= right; x++) {
        double u = ((x - leaf.x) * leaf.cos + (y - leaf.y) * leaf.sin) / leaf.radius;
        double v =
            ((y - leaf.y) * leaf.cos - (x - leaf.x) * leaf.sin) / (leaf.radius * leaf.flatness);
        if (u * u + v * v <= 1) {
          int at = y * width + x;
          double grain = texture[(at + leaf.from) % length];
          planes[0][at] = (float) (leaf.colour[0] + leaf.shading * u + leaf.roughness * grain);
          planes[1][at] = (float) (leaf.colour[1] + 0.1 * leaf.roughness * grain);
          planes[2][at] = (float) (leaf.colour[2] - 0.1 * leaf.roughness * grain);
        }
      }
    }
    return Math.PI * leaf.radius * leaf.radius * leaf.flatness;
  }

  /** 1/4, 1/2, 1/4 in both directions; what lies outside is like the edge. */
  private void blur(float[] plane) {
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        float before = plane[x == 0 ? at : at - 1];
        float after = plane[x == width - 1 ? at : at + 1];
        spare[at] = 0.25f * (before + 2 * plane[at] + after);
      }
    }
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int at = y * width + x;
        float before = spare[y == 0 ? at : at - width];
        float after = spare[y == height - 1 ? at : at + width];
        plane[at] = 0.25f * (before + 2 * spare[at] + after);
      }
    }
  }

  private void expose(Draws random, double noise, PixelImage target) {
    target.reshape(width, height);
    byte[] pixels = target.pixels();
    for (int i = 0, at = 0; i < width * height; i++, at += 3) {
      long bits = random.nextLong();
      double y = planes[0][i];
      double cb = planes[1][i] - 128;
      double cr = planes[2][i] - 128;
      pixels[at] = level(y + 1.402 * cr + noise * normal(bits));
      pixels[at + 1] = level(y - 0.344136 * cb - 0.714136 * cr + noise * normal(bits >>> 21));
      pixels[at + 2] = level(y + 1.772 * cb + noise * normal(bits >>> 42));
    }
  }

  /** Nearly normal, deviation 1: the sum of three uniform numbers of 7 bits. */
  private static double normal(long bits) {
    long sum = (bits & 127) + (bits >>> 7 & 127) + (bits >>> 14 & 127);
    return (sum - 190.5) / 64;
  }

  private static byte level(double value) {
    return (byte) Math.max(0, Math.min(255, Math.round(value)));
  }
}
