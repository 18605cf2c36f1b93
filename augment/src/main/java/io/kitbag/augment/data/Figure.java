package io.kitbag.augment.data;

import java.util.Arrays;
import java.util.Locale;

/**
 * The ten figures of {@link BuiltIn}, as closed polygons within the unit circle.
 *
 * <p>Each contour is x, y, x, y, … with y downwards; a second contour is a hole (even-odd rule).
 * The mirror image of a figure is the same figure, so that flipping keeps the label.
 */
enum Figure {
  ARROW(new double[] {1, 0, 0.1, 0.8, 0.1, 0.32, -0.95, 0.32, -0.95, -0.32, 0.1, -0.32, 0.1, -0.8}),
  CRESCENT(crescent()),
  CROSS(
      new double[] {
        0.95, 0.3, 0.3, 0.3, 0.3, 0.95, -0.3, 0.95, -0.3, 0.3, -0.95, 0.3, -0.95, -0.3, -0.3, -0.3,
        -0.3, -0.95, 0.3, -0.95, 0.3, -0.3, 0.95, -0.3
      }),
  DISC(arc(0, 1, 0, 2, 24)),
  HEART(heart()),
  HOURGLASS(new double[] {-0.75, -0.85, 0.75, -0.85, 0.12, 0, 0.75, 0.85, -0.75, 0.85, -0.12, 0}),
  RING(arc(0, 1, 0, 2, 24), arc(0, 0.55, 0, 2, 20)),
  SQUARE(new double[] {-0.8, -0.8, 0.8, -0.8, 0.8, 0.8, -0.8, 0.8}),
  STAR(star()),
  TRIANGLE(arc(0, 1, -0.5, 1.5, 3));

  private final double[][] contours;

  Figure(double[]... contours) {
    this.contours = contours;
  }

  /** Returns the class name. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the contours; not to be changed. */
  double[][] contours() {
    return contours;
  }

  /**
   * Returns points of a circle around (centre, 0), from one angle up to but without the other; the
   * angles are in units of π.
   */
  private static double[] arc(double centre, double radius, double from, double to, int points) {
    double[] contour = new double[2 * points];
    for (int i = 0; i < points; i++) {
      double angle = StrictMath.PI * (from + (to - from) * i / points);
      contour[2 * i] = centre + radius * StrictMath.cos(angle);
      contour[2 * i + 1] = radius * StrictMath.sin(angle);
    }
    return contour;
  }

  /** The unit disc without the disc of radius 0.8 around (0.5, 0). */
  private static double[] crescent() {
    double meet = StrictMath.atan2(0.7924, 0.61) / StrictMath.PI;
    double inner = StrictMath.atan2(0.7924, 0.11) / StrictMath.PI;
    double[] outerArc = arc(0, 1, meet, 2 - meet, 18);
    double[] innerArc = arc(0.5, 0.8, 2 - inner, inner, 14);
    double[] contour = Arrays.copyOf(outerArc, outerArc.length + innerArc.length);
    System.arraycopy(innerArc, 0, contour, outerArc.length, innerArc.length);
    return contour;
  }

  private static double[] heart() {
    int points = 26;
    double[] contour = new double[2 * points];
    for (int i = 0; i < points; i++) {
      double t = 2 * StrictMath.PI * i / points;
      double sine = StrictMath.sin(t);
      contour[2 * i] = sine * sine * sine;
      contour[2 * i + 1] =
          -(13 * StrictMath.cos(t)
                  - 5 * StrictMath.cos(2 * t)
                  - 2 * StrictMath.cos(3 * t)
                  - StrictMath.cos(4 * t)
                  + 2.5)
              / 16;
    }
    return contour;
  }

  private static double[] star() {
    double[] contour = arc(0, 1, -0.5, 1.5, 10);
    for (int i = 2; i < contour.length; i += 4) {
      contour[i] *= 0.42;
      contour[i + 1] *= 0.42;
    }
    return contour;
  }
}
