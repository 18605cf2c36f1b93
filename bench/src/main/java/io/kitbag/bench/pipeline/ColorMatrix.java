package io.kitbag.bench.pipeline;

import java.util.List;

/**
 * A jitter's steps as one affine map of red, green and blue: what remains of them if nobody rounds
 * and clamps in between.
 */
final class ColorMatrix {
  /** ITU-R BT.601, as Pillow's grey. */
  static final double RED = 0.299;

  static final double GREEN = 0.587;
  static final double BLUE = 0.114;

  /** Fraction of {@link #fixed}. */
  static final int BITS = 16;

  private static final double[] GREY = {RED, GREEN, BLUE};

  private final double[][] rows = {{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}};

  /**
   * Combines steps.
   *
   * @param meanGrey of the picture before them, 0-255
   */
  ColorMatrix(List<Change.Step> steps, double meanGrey) {
    double mean = meanGrey;
    for (Change.Step step : steps) {
      double factor = step.factor();
      switch (step.kind()) {
        case "brightness" -> {
          blend(factor, new double[4]);
          mean *= factor;
        }
        case "contrast" -> blend(factor, new double[] {0, 0, 0, mean});
        case "saturation" -> {
          double[] grey = new double[4];
          for (int i = 0; i < 4; i++) {
            for (int channel = 0; channel < 3; channel++) {
              grey[i] += GREY[channel] * rows[channel][i];
            }
          }
          blend(factor, grey);
        }
        default -> throw new IllegalArgumentException("no step is called " + step.kind());
      }
    }
  }

  private void blend(double factor, double[] other) {
    for (double[] row : rows) {
      for (int i = 0; i < 4; i++) {
        row[i] = factor * row[i] + (1 - factor) * other[i];
      }
    }
  }

  /**
   * Returns a factor in fixed point.
   *
   * @param channel of the result: red, green, blue
   * @param of which channel of the picture; 3 is the constant, half a level to round included
   */
  int fixed(int channel, int of) {
    return (int) Math.rint((rows[channel][of] + (of == 3 ? 0.5 : 0)) * (1 << BITS));
  }
}
