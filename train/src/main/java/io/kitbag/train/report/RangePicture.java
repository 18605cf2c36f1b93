package io.kitbag.train.report;

import io.kitbag.train.loop.RangeResult;
import io.kitbag.train.loop.RangeResult.Point;
import java.awt.Color;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The loss over the learning rate, with both suggestions. */
public final class RangePicture {

  private static final int WIDTH = 1600;
  private static final int HEIGHT = 960;

  /** Room above and below the curves, as a share of its height. */
  private static final double MARGIN = 0.06;

  private RangePicture() {}

  /** A PNG. */
  public static byte[] png(RangeResult result, String title) {
    XYChart chart = Charts.chart(WIDTH, HEIGHT, title, "learning rate", "loss");
    var style = chart.getStyler();
    style.setXAxisLogarithmic(true);
    style.setLegendPosition(LegendPosition.InsideSW);
    double[] rates = values(result, Point::learningRate);
    double[] smoothed = values(result, Point::smoothed);
    double[] losses = values(result, Point::loss);
    double low = Math.min(min(smoothed), min(losses));
    // One wild step near the divergence shall not flatten the rest.
    double most = max(smoothed) + 0.5 * (max(smoothed) - low);
    double high = Math.min(max(losses), most);
    double margin = MARGIN * Math.max(high - low, 1e-3 * Math.abs(high));
    double bottom = low - margin;
    double top = high + margin;
    style.setYAxisMin(bottom);
    style.setYAxisMax(top);
    double[] shown = values(result, point -> Math.min(top, point.loss()));
    Charts.line(chart, "each step", rates, shown, Charts.GREY, false);
    Charts.line(chart, "smoothed", rates, smoothed, Charts.BLUE, true);
    mark(chart, "steepest fall", result.steepest(), bottom, top, Charts.GREEN);
    mark(chart, "minimum / 10", result.minimumOverTen(), bottom, top, Charts.ORANGE);
    return Charts.png(chart);
  }

  private static void mark(
      XYChart chart, String name, double rate, double bottom, double top, Color color) {
    Charts.line(
        chart,
        String.format(Locale.ROOT, "%s: %.2g", name, rate),
        new double[] {rate, rate},
        new double[] {bottom, top},
        color,
        true);
  }

  private static double[] values(RangeResult result, ToDoubleFunction<Point> of) {
    return result.points().stream().mapToDouble(of).toArray();
  }

  private static double min(double[] values) {
    return Arrays.stream(values).min().orElseThrow();
  }

  private static double max(double[] values) {
    return Arrays.stream(values).max().orElseThrow();
  }
}
