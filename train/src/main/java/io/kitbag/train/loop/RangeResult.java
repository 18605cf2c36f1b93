package io.kitbag.train.loop;

import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import java.util.List;

/**
 * What a range test saw and what it suggests.
 *
 * @param points the steps in order, up to the divergence
 * @param steepest the rate around which the smoothed loss fell fastest per factor of the rate, over
 *     a fifth of the steps; fastai's {@code steep} compares neighbours, where noise decides
 * @param minimumOverTen a tenth of the rate with the lowest smoothed loss: fastai's {@code minimum}
 */
public record RangeResult(List<Point> points, double steepest, double minimumOverTen) {

  /** Fewer say nothing. */
  private static final int FEWEST = 10;

  /** In the first tenth of the steps the smoothed loss is the mean of a few batches. */
  private static final int UNSETTLED = 10;

  /**
   * One step.
   *
   * @param learningRate of the step
   * @param loss before it
   * @param smoothed the loss, smoothed
   */
  public record Point(double learningRate, double loss, double smoothed) {}

  /** Copies. */
  public RangeResult {
    points = List.copyOf(points);
  }

  static RangeResult of(List<Point> points) {
    if (points.size() < FEWEST) {
      throw new KitbagException(
          ExitCode.NUMERICS,
          "the loss diverged after %d steps, too few to see anything; lower --from"
              .formatted(points.size()));
    }
    int first = points.size() / UNSETTLED;
    int lowest = first;
    int steepest = first;
    double fall = Double.POSITIVE_INFINITY;
    for (int i = first; i < points.size(); i++) {
      if (points.get(i).smoothed() < points.get(lowest).smoothed()) {
        lowest = i;
      }
      int before = Math.max(first, i - first);
      int after = Math.min(points.size() - 1, i + first);
      double slope = slope(points.get(before), points.get(after));
      if (slope < fall) {
        fall = slope;
        steepest = i;
      }
    }
    return new RangeResult(
        points, points.get(steepest).learningRate(), points.get(lowest).learningRate() / 10);
  }

  private static double slope(Point from, Point to) {
    double step = Math.log(to.learningRate() / from.learningRate());
    return step == 0 ? 0 : (to.smoothed() - from.smoothed()) / step;
  }
}
