package io.kitbag.train.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Values over steps, thinned while they come in: some hundred points whatever their number.
 *
 * <p>A point stands for a stretch of the curve. When there are {@link #MOST} of them each two
 * neighbours become one, and later ones stand for twice as much. Not thread-safe.
 */
final class Curve {

  /** More points than a chart has columns of pixels show nothing. */
  static final int MOST = 500;

  /** What the value of a point is. */
  enum Kind {
    /** The mean of its stretch, each value with the steps it stands for. */
    MEAN,
    /** The last of its stretch. */
    LAST
  }

  private static final class Point {
    long step;
    int values;
    double steps;
    double value = Double.NaN;
  }

  private final Kind kind;
  private final List<Point> points = new ArrayList<>();
  private int valuesPerPoint = 1;

  Curve(Kind kind) {
    this.kind = kind;
  }

  /**
   * Adds a value.
   *
   * @param step where it is, not before the last
   * @param steps how many it stands for
   * @param value NaN if there is none; a point of such values alone is a gap
   */
  void add(long step, double steps, double value) {
    if (points.size() == MOST && last().values == valuesPerPoint) {
      halve();
    }
    if (points.isEmpty() || last().values == valuesPerPoint) {
      points.add(new Point());
    }
    Point point = new Point();
    point.step = step;
    point.values = 1;
    point.steps = steps;
    point.value = value;
    join(last(), point);
  }

  private Point last() {
    return points.get(points.size() - 1);
  }

  private void halve() {
    List<Point> pairs = new ArrayList<>();
    for (int i = 0; i < MOST; i += 2) {
      join(points.get(i), points.get(i + 1));
      pairs.add(points.get(i));
    }
    points.clear();
    points.addAll(pairs);
    valuesPerPoint *= 2;
  }

  private void join(Point into, Point next) {
    into.values += next.values;
    into.step = next.step;
    if (Double.isNaN(next.value)) {
      return;
    }
    double all = into.steps + next.steps;
    boolean mean = kind == Kind.MEAN && !Double.isNaN(into.value) && all > 0;
    into.value = mean ? into.value + (next.value - into.value) * next.steps / all : next.value;
    into.steps = all;
  }

  int size() {
    return points.size();
  }

  /** The step at which a point ends. */
  long step(int point) {
    return points.get(point).step;
  }

  /** NaN for a gap. */
  double value(int point) {
    return points.get(point).value;
  }
}
