package io.kitbag.augment.data;

import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.random.Draws;

/**
 * Paints one picture of {@link BuiltIn}: a striped ground, clutter, the figure, more clutter,
 * noise.
 *
 * <p>Colours of figure and ground are drawn alike and only have to differ, so neither the mean
 * colour nor the brightness of the figure says anything about the class; place, size, angle and
 * proportions are free. All arithmetic is plain or {@link StrictMath}, so pictures are the same on
 * every machine.
 *
 * <p>Keeps its canvas between pictures. Not thread-safe.
 */
final class FigurePainter {
  static final int SIDE = 32;

  private static final double MIN_RADIUS = 6;
  private static final double MAX_RADIUS = 12;
  private static final double MAX_STRETCH = 1.3;
  private static final double MIN_CONTRAST = 55;
  private static final double MAX_NOISE = 40;
  private static final int MAX_CLUTTER = 3;

  private final float[] canvas = new float[3 * SIDE * SIDE];
  private final Polygon polygon = new Polygon(SIDE);
  private final double[] map = new double[6];
  private final double[] scrap = new double[8];
  private final double[] ground = new double[3];
  private final double[] ink = new double[3];
  private final double[] second = new double[3];

  void paint(Figure figure, Draws draws, PixelImage target) {
    colour(draws, ground);
    do {
      colour(draws, ink);
    } while (distance(ink, ground) < MIN_CONTRAST);
    paintGround(draws);
    paintClutter(draws, draws.nextInt(MAX_CLUTTER + 1));
    paintFigure(figure, draws);
    paintClutter(draws, draws.nextInt(MAX_CLUTTER));
    develop(draws, target);
  }

  /** Fills the canvas with waves between the ground colour and one near it. */
  private void paintGround(Draws draws) {
    double swing = draws.nextDouble(0, 40);
    for (int c = 0; c < 3; c++) {
      second[c] = swing * draws.nextDouble(-1, 1);
    }
    double angle = draws.nextDouble(0, 2 * StrictMath.PI);
    double frequency = draws.nextDouble(0.05, 1.2);
    double stepX = frequency * StrictMath.cos(angle);
    double stepY = frequency * StrictMath.sin(angle);
    double phase = draws.nextDouble(0, 2 * StrictMath.PI);
    double turnSine = StrictMath.sin(stepX);
    double turnCosine = StrictMath.cos(stepX);
    for (int y = 0, o = 0; y < SIDE; y++) {
      double sine = StrictMath.sin(phase + y * stepY);
      double cosine = StrictMath.cos(phase + y * stepY);
      for (int x = 0; x < SIDE; x++, o += 3) {
        canvas[o] = (float) (ground[0] + second[0] * sine);
        canvas[o + 1] = (float) (ground[1] + second[1] * sine);
        canvas[o + 2] = (float) (ground[2] + second[2] * sine);
        // sin and cos of the next pixel by the addition theorem.
        double next = sine * turnCosine + cosine * turnSine;
        cosine = cosine * turnCosine - sine * turnSine;
        sine = next;
      }
    }
  }

  private void paintFigure(Figure figure, Draws draws) {
    double radius = draws.nextDouble(MIN_RADIUS, MAX_RADIUS);
    double stretch = Math.sqrt(draws.nextDouble(1, MAX_STRETCH));
    double margin = 0.85 * radius;
    place(
        radius * stretch,
        radius / stretch,
        draws.nextDouble(margin, SIDE - margin),
        draws.nextDouble(margin, SIDE - margin),
        draws);
    polygon.clear();
    for (double[] contour : figure.contours()) {
      polygon.add(contour, map);
    }
    blend(ink, 1);
  }

  /** Paints small four-cornered scraps and long thin strokes. */
  private void paintClutter(Draws draws, int pieces) {
    for (int i = 0; i < pieces; i++) {
      boolean stroke = draws.nextInt(3) == 0;
      double length = stroke ? draws.nextDouble(6, 20) : draws.nextDouble(1.5, 3.5);
      double breadth = stroke ? 0.6 : length;
      for (int corner = 0; corner < 4; corner++) {
        double angle = StrictMath.PI / 2 * (corner + (stroke ? 0.5 : draws.nextDouble()));
        scrap[2 * corner] = StrictMath.cos(angle);
        scrap[2 * corner + 1] = StrictMath.sin(angle);
      }
      place(length, breadth, draws.nextDouble(0, SIDE), draws.nextDouble(0, SIDE), draws);
      polygon.clear();
      polygon.add(scrap, map);
      colour(draws, second);
      blend(second, draws.nextDouble(0.5, 1));
    }
  }

  /** Sets the affine map: stretch along the axes, turn by a random angle, move to a centre. */
  private void place(double alongX, double alongY, double centreX, double centreY, Draws draws) {
    double angle = draws.nextDouble(0, 2 * StrictMath.PI);
    double before = draws.nextDouble(0, 2 * StrictMath.PI);
    double cosine = StrictMath.cos(angle);
    double sine = StrictMath.sin(angle);
    double cosineBefore = StrictMath.cos(before);
    double sineBefore = StrictMath.sin(before);
    // Turning before and after the stretch lets it act along any axis of the figure.
    map[0] = alongX * cosine * cosineBefore - alongY * sine * sineBefore;
    map[1] = -alongX * cosine * sineBefore - alongY * sine * cosineBefore;
    map[2] = centreX;
    map[3] = alongX * sine * cosineBefore + alongY * cosine * sineBefore;
    map[4] = -alongX * sine * sineBefore + alongY * cosine * cosineBefore;
    map[5] = centreY;
  }

  private void blend(double[] colour, double opacity) {
    float[] coverage = polygon.cover();
    int end = polygon.endRow() * SIDE;
    for (int i = polygon.firstRow() * SIDE; i < end; i++) {
      float share = (float) opacity * coverage[i];
      if (share > 0) {
        for (int c = 0; c < 3; c++) {
          canvas[3 * i + c] += share * ((float) colour[c] - canvas[3 * i + c]);
        }
      }
    }
  }

  /** Adds noise, uniform and independent per channel, and rounds to bytes. */
  private void develop(Draws draws, PixelImage target) {
    float amplitude = (float) draws.nextDouble(0, MAX_NOISE) / (1 << 20);
    target.reshape(SIDE, SIDE);
    byte[] pixels = target.pixels();
    for (int i = 0; i < canvas.length; i += 3) {
      long bits = draws.nextLong();
      for (int c = 0; c < 3; c++) {
        int noise = (int) (bits >>> (21 * c) & 0x1fffff) - (1 << 20);
        float value = canvas[i + c] + amplitude * noise + 0.5f;
        pixels[i + c] = (byte) (value <= 0 ? 0 : value >= 255 ? 255 : (int) value);
      }
    }
  }

  private static void colour(Draws draws, double[] target) {
    for (int c = 0; c < 3; c++) {
      target[c] = draws.nextDouble(20, 235);
    }
  }

  private static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int c = 0; c < 3; c++) {
      sum += (a[c] - b[c]) * (a[c] - b[c]);
    }
    return Math.sqrt(sum);
  }
}
