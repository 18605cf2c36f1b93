package io.kitbag.augment.data;

import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.random.Draws;

/**
 * Paints one picture of {@link BuiltIn}: a waved ground, clutter, the figure, more clutter, noise.
 *
 * <p>The figure is lighter or darker than the ground with equal chance, so neither the mean colour
 * nor any single pixel says anything about the class; place, size and proportions are free, the
 * angle within limits. The numbers below are tuned so that a small convolutional network needs a
 * few hundred steps: with colours drawn over the whole cube, or any angle allowed, it stays at
 * chance for as long. All arithmetic is plain or {@link StrictMath}, so pictures are the same on
 * every machine.
 *
 * <p>Keeps its canvas between pictures. Not thread-safe.
 */
final class FigurePainter {
  static final int SIDE = 32;

  /** Size of the figure, in pixels. */
  private static final double MIN_RADIUS = 6;

  private static final double MAX_RADIUS = 13;

  /** Largest ratio of the figure's proportions to its plain form. */
  private static final double MAX_STRETCH = 1.3;

  /** Largest turn of the figure either way, in radians. */
  private static final double MAX_TURN = 0.4;

  /** Levels between ground and figure, the same in all channels before the tint. */
  private static final double MIN_CONTRAST = 30;

  private static final double MAX_CONTRAST = 110;

  /** Largest deviation of a channel, in levels: ground from grey, figure, waves and scraps. */
  private static final double GROUND_TINT = 40;

  private static final double FIGURE_TINT = 35;
  private static final double MAX_WAVE = 25;
  private static final double SCRAP_TINT = 80;

  /** Largest change of the waves' phase per pixel, in radians. */
  private static final double MAX_FREQUENCY = 0.5;

  /** Largest amplitude of the noise, in levels. */
  private static final double MAX_NOISE = 28;

  /** Most pieces of clutter behind the figure; in front of it one fewer. */
  private static final int MAX_CLUTTER = 3;

  private final float[] canvas = new float[3 * SIDE * SIDE];
  private final Polygon polygon = new Polygon(SIDE);
  private final double[] map = new double[6];
  private final double[] scrap = new double[8];
  private final double[] ground = new double[3];
  private final double[] ink = new double[3];
  private final double[] second = new double[3];

  void paint(Figure figure, Draws draws, PixelImage target) {
    colour(draws, GROUND_TINT, ground);
    double contrast = draws.nextDouble(MIN_CONTRAST, MAX_CONTRAST);
    double sign = draws.nextBoolean() ? 1 : -1;
    for (int c = 0; c < 3; c++) {
      ink[c] = ground[c] + sign * contrast + FIGURE_TINT * draws.nextDouble(-1, 1);
    }
    paintGround(draws);
    paintClutter(draws, draws.nextInt(MAX_CLUTTER + 1));
    paintFigure(figure, draws);
    paintClutter(draws, draws.nextInt(MAX_CLUTTER));
    develop(draws, target);
  }

  /** Fills the canvas with waves between the ground colour and one near it. */
  private void paintGround(Draws draws) {
    double swing = draws.nextDouble(0, MAX_WAVE);
    for (int c = 0; c < 3; c++) {
      second[c] = swing * draws.nextDouble(-1, 1);
    }
    double angle = draws.nextDouble(0, 2 * StrictMath.PI);
    double frequency = draws.nextDouble(0.05, MAX_FREQUENCY);
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
    double turn = draws.nextDouble(-MAX_TURN, MAX_TURN);
    place(
        turn,
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
      double turn = draws.nextDouble(0, 2 * StrictMath.PI);
      place(turn, length, breadth, draws.nextDouble(0, SIDE), draws.nextDouble(0, SIDE), draws);
      polygon.clear();
      polygon.add(scrap, map);
      colour(draws, SCRAP_TINT, second);
      blend(second, draws.nextDouble(0.5, 1));
    }
  }

  /** Sets the affine map: stretch along a random axis, turn by an angle, move to a centre. */
  private void place(
      double turn, double along, double across, double centreX, double centreY, Draws draws) {
    double axis = draws.nextDouble(0, 2 * StrictMath.PI);
    double cosine = StrictMath.cos(turn - axis);
    double sine = StrictMath.sin(turn - axis);
    double cosineBefore = StrictMath.cos(axis);
    double sineBefore = StrictMath.sin(axis);
    map[0] = along * cosine * cosineBefore - across * sine * sineBefore;
    map[1] = -along * cosine * sineBefore - across * sine * cosineBefore;
    map[2] = centreX;
    map[3] = along * sine * cosineBefore + across * cosine * sineBefore;
    map[4] = -along * sine * sineBefore + across * cosine * cosineBefore;
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

  /** Draws a colour around middle grey. */
  private static void colour(Draws draws, double swing, double[] target) {
    for (int c = 0; c < 3; c++) {
      target[c] = 128 + swing * draws.nextDouble(-1, 1);
    }
  }
}
