package io.kitbag.train.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Line charts in one style, as PNG. */
final class Charts {

  static final Color BLUE = new Color(0x1f5fa8);
  static final Color ORANGE = new Color(0xc8641b);
  static final Color GREEN = new Color(0x2a7f4f);
  static final Color GREY = new Color(0xb4bac2);

  private static final Color INK = new Color(0x2b3036);
  private static final Color GRID = new Color(0xe6e8eb);
  private static final float THIN = 1.6f;
  private static final float THICK = 3.2f;

  private Charts() {}

  /** An empty chart of twice the size it is shown at, so that it is sharp on any screen. */
  static XYChart chart(int width, int height, String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(height)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    var style = chart.getStyler();
    style.setLocale(Locale.ROOT);
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setPlotGridLinesColor(GRID);
    style.setPlotGridLinesStroke(new BasicStroke(THIN));
    style.setAxisTickMarksColor(GRID);
    style.setAxisTickLabelsColor(INK);
    style.setChartFontColor(INK);
    style.setChartTitleBoxVisible(false);
    style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 26));
    style.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 22));
    style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 20));
    style.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 20));
    style.setLegendBorderColor(Color.WHITE);
    style.setLegendPosition(LegendPosition.InsideNE);
    style.setChartPadding(16);
    return chart;
  }

  /** Adds a line without markers. */
  static XYSeries line(
      XYChart chart, String name, double[] x, double[] y, Color color, boolean thick) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(color);
    series.setLineStyle(
        new BasicStroke(thick ? THICK : THIN, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    return series;
  }

  static byte[] png(XYChart chart) {
    try {
      return BitmapEncoder.getBitmapBytes(chart, BitmapFormat.PNG);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
  }
}
