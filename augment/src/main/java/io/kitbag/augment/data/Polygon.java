package io.kitbag.augment.data;

import java.util.Arrays;

/**
 * A polygon that is placed on a small canvas and turned into antialiased coverage.
 *
 * <p>How it works: four scan lines per pixel row, exact horizontal coverage on each, even-odd rule.
 * Arrays are kept between figures. Not thread-safe.
 */
final class Polygon {
  private static final int LINES_PER_ROW = 4;
  private static final int MAX_EDGES = 64;

  private final int side;
  private final float[] coverage;
  private final double[] x0 = new double[MAX_EDGES];
  private final double[] y0 = new double[MAX_EDGES];
  private final double[] x1 = new double[MAX_EDGES];
  private final double[] y1 = new double[MAX_EDGES];
  private final double[] crossings = new double[MAX_EDGES];
  private int edges;
  private double top;
  private double bottom;

  Polygon(int side) {
    this.side = side;
    this.coverage = new float[side * side];
  }

  /** Removes all edges. */
  void clear() {
    edges = 0;
    top = Double.MAX_VALUE;
    bottom = -Double.MAX_VALUE;
  }

  /** Adds a closed contour (x, y, x, y, …) under the affine map x·a + y·b + c, x·d + y·e + f. */
  void add(double[] contour, double[] map) {
    int points = contour.length / 2;
    double lastX = mapped(contour, points - 1, map, 0);
    double lastY = mapped(contour, points - 1, map, 3);
    for (int i = 0; i < points; i++) {
      double x = mapped(contour, i, map, 0);
      double y = mapped(contour, i, map, 3);
      x0[edges] = lastX;
      y0[edges] = lastY;
      x1[edges] = x;
      y1[edges] = y;
      edges++;
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      lastX = x;
      lastY = y;
    }
  }

  /** Returns the first pixel row that is touched. */
  int firstRow() {
    return Math.max(0, (int) Math.floor(top));
  }

  /** Returns the row after the last that is touched. */
  int endRow() {
    return Math.min(side, (int) Math.ceil(bottom));
  }

  /** Returns the covered share of each pixel, row by row; valid between the two rows. */
  float[] cover() {
    for (int row = firstRow(); row < endRow(); row++) {
      Arrays.fill(coverage, row * side, (row + 1) * side, 0);
      for (int line = 0; line < LINES_PER_ROW; line++) {
        int found = cross(row + (line + 0.5) / LINES_PER_ROW);
        for (int i = 0; i + 1 < found; i += 2) {
          span(row * side, crossings[i], crossings[i + 1]);
        }
      }
    }
    return coverage;
  }

  /** Finds where a horizontal line crosses the edges, in ascending order. */
  private int cross(double y) {
    int found = 0;
    for (int i = 0; i < edges; i++) {
      if (y0[i] <= y == y1[i] <= y) {
        continue;
      }
      double x = x0[i] + (y - y0[i]) * (x1[i] - x0[i]) / (y1[i] - y0[i]);
      int at = found++;
      for (; at > 0 && crossings[at - 1] > x; at--) {
        crossings[at] = crossings[at - 1];
      }
      crossings[at] = x;
    }
    return found;
  }

  private void span(int row, double from, double to) {
    double left = Math.max(0, from);
    double right = Math.min(side, to);
    if (left >= right) {
      return;
    }
    int first = (int) left;
    int last = Math.min(side - 1, (int) right);
    for (int x = first; x <= last; x++) {
      double share = Math.min(right, x + 1) - Math.max(left, x);
      coverage[row + x] += (float) (share / LINES_PER_ROW);
    }
  }

  private static double mapped(double[] contour, int point, double[] map, int at) {
    return contour[2 * point] * map[at] + contour[2 * point + 1] * map[at + 1] + map[at + 2];
  }
}
