package io.kitbag.bench.report;

import io.kitbag.train.report.Svg;
import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars from zero, each with the range of what was measured.
 *
 * @param title what the bars are, with the unit
 */
record BarChart(String title, List<Bar> bars) {

  /** Whose a measurement is. */
  enum Owner {
    KITBAG("#1f5fa8"),
    STOCK_DJL("#8a929b"),
    PEER("#c8641b");

    private final String color;

    Owner(String color) {
      this.color = color;
    }
  }

  /**
   * One measurement.
   *
   * @param least the smallest of the values whose median {@code value} is
   */
  record Bar(String label, Owner owner, double value, double least, double most) {}

  private static final double LABELS = 290;
  private static final double BARS = 460;
  private static final double VALUES = 90;
  private static final double TOP = 40;
  private static final double ROW = 24;
  private static final double HEIGHT = 14;

  BarChart {
    bars = List.copyOf(bars);
  }

  String svg() {
    double longest = bars.stream().mapToDouble(Bar::most).max().orElse(1);
    Svg svg = new Svg(LABELS + BARS + VALUES, TOP + ROW * bars.size() + 12, title);
    svg.text(12, 24, "start", title);
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      double y = TOP + i * ROW;
      double middle = y + HEIGHT / 2;
      double scale = BARS / longest;
      String numbers =
          "%s: %s (%s to %s)"
              .formatted(bar.label(), text(bar.value()), text(bar.least()), text(bar.most()));
      svg.text(LABELS - 10, y + 12, "end", bar.label());
      svg.rect(
          LABELS,
          y,
          bar.value() * scale,
          HEIGHT,
          "fill='%s'".formatted(bar.owner().color),
          numbers);
      svg.line(
          LABELS + bar.least() * scale,
          middle,
          LABELS + bar.most() * scale,
          middle,
          "stroke='#111' stroke-width='2'");
      svg.text(LABELS + bar.most() * scale + 8, y + 12, "start", text(bar.value()));
    }
    return svg.document();
  }

  /** Three digits that mean something. */
  private static String text(double value) {
    int decimals = value >= 100 ? 0 : value >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }
}
