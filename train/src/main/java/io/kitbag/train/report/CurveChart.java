package io.kitbag.train.report;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;

/**
 * Curves over the epochs of a run, as part of a page, whose style ({@link #STYLE}) gives the
 * colours.
 *
 * @param title what the curves are, with the unit
 * @param values how to write one of them
 * @param lines not empty
 */
record CurveChart(String title, DoubleFunction<String> values, List<Line> lines) {

  /** How values are drawn. */
  enum Marks {
    LINE,
    /** With a dot for each value, to be pointed at, unless there are too many. */
    LINE_AND_DOTS,
    DOTS
  }

  /**
   * One curve; where {@code ys} is NaN it has a gap.
   *
   * @param style the number of its colour and dashes, from 0
   * @param xs epochs, rising
   */
  record Line(String name, int style, Marks marks, double[] xs, double[] ys) {}

  static final String STYLE =
      """
      .charts text{font:13px system-ui,sans-serif} .charts h3{margin:0} .grid{stroke:var(--rule)}
      polyline{fill:none;stroke-width:2;stroke-linejoin:round}
      .l0{stroke:var(--blue)}.l1{stroke:var(--orange)}.l2{stroke:var(--green);stroke-dasharray:6 4}.l3{stroke:var(--violet);stroke-dasharray:2 4}
      .d0{fill:var(--blue)}.d1{fill:var(--orange)}.d2{fill:var(--green)}.d3{fill:var(--violet)}
      """;

  private static final double LEFT = 52;
  private static final double TOP = 32;
  private static final double WIDTH = 416;
  private static final double HEIGHT = 190;
  private static final double RIGHT = 12;
  private static final double BOTTOM = 40;

  /** Roughly; more would touch each other on a phone. */
  private static final int X_TICKS = 8;

  private static final int Y_TICKS = 5;

  /** Dots that touch each other hide the curve. */
  private static final int MOST_DOTS = 60;

  /** The share of the values that a wild start or a spike may flatten. */
  private static final double ORDINARY = 0.95;

  private static final int FEW = 20;

  /** Part of a page. */
  String html() {
    double last = lastX();
    // Half an epoch has no measurement to be read off there.
    double tick = Math.max(Math.min(1, last), Scale.between(0, last, X_TICKS).tick());
    Scale x = new Scale(0, last, tick);
    double[] all = lines.stream().flatMapToDouble(line -> Arrays.stream(line.ys())).toArray();
    Scale y = Scale.covering(withoutSpikes(all), Y_TICKS);
    Svg svg = new Svg(LEFT + WIDTH + RIGHT, TOP + HEIGHT + BOTTOM, description());
    boolean cut = Arrays.stream(all).anyMatch(value -> value > y.high());
    for (int i = 0; i < y.ticks(); i++) {
      double at = y(y.at(i), y);
      svg.line(LEFT, at, LEFT + WIDTH, at, "class='grid'");
      svg.text(LEFT - 6, at + 4, "end", y.label(i));
    }
    for (int i = 0; x.at(i) <= x.high() * (1 + 1e-9); i++) {
      svg.line(x(x.at(i), x), TOP + HEIGHT, x(x.at(i), x), TOP + HEIGHT + 4, "class='grid'");
      svg.text(x(x.at(i), x), TOP + HEIGHT + 18, "middle", x.label(i));
    }
    svg.text(LEFT + WIDTH / 2, TOP + HEIGHT + 35, "middle", "epochs");
    if (lines.size() > 1) {
      legend(svg);
    }
    lines.forEach(line -> draw(line, x, y, svg));
    return "<div><h3>%s%s</h3>%n%s</div>%n"
        .formatted(Svg.escape(title), cut ? " (spikes are cut off)" : "", svg);
  }

  private void legend(Svg svg) {
    double at = LEFT;
    for (Line line : lines) {
      if (line.marks() == Marks.DOTS) {
        svg.dot(at + 18, 12, 3, "class='d%d'".formatted(line.style()), "");
      } else {
        svg.line(at, 12, at + 22, 12, "stroke-width='2' class='l%d'".formatted(line.style()));
      }
      svg.text(at + 28, 16, "start", line.name());
      at += 50 + 7 * line.name().length();
    }
  }

  private void draw(Line line, Scale x, Scale y, Svg svg) {
    int begin = 0;
    for (int i = 0; i <= line.ys().length; i++) {
      if (i == line.ys().length || Double.isNaN(line.ys()[i])) {
        if (i > begin && line.marks() != Marks.DOTS) {
          svg.polyline(
              Arrays.stream(line.xs(), begin, i).map(value -> x(value, x)).toArray(),
              Arrays.stream(line.ys(), begin, i).map(value -> y(value, y)).toArray(),
              "class='l%d'".formatted(line.style()));
        }
        begin = i + 1;
      }
    }
    if (line.marks() == Marks.DOTS
        || line.marks() == Marks.LINE_AND_DOTS && line.xs().length <= MOST_DOTS) {
      for (int i = 0; i < line.xs().length; i++) {
        if (!Double.isNaN(line.ys()[i])) {
          svg.dot(
              x(line.xs()[i], x),
              y(line.ys()[i], y),
              3,
              "class='d%d'".formatted(line.style()),
              String.format(
                  Locale.ROOT,
                  "%s after %s epochs: %s",
                  line.name(),
                  Words.epochs(line.xs()[i]),
                  values.apply(line.ys()[i])));
        }
      }
    }
  }

  /** For those who cannot see it. */
  private String description() {
    return title
        + ". "
        + lines.stream()
            .map(
                line -> {
                  double[] ys = Arrays.stream(line.ys()).filter(Double::isFinite).toArray();
                  return ys.length == 0
                      ? line.name() + ": no values"
                      : "%s: first %s, last %s"
                          .formatted(
                              line.name(), values.apply(ys[0]), values.apply(ys[ys.length - 1]));
                })
            .collect(Collectors.joining("; "));
  }

  private double lastX() {
    double last = lines.stream().flatMapToDouble(line -> Arrays.stream(line.xs())).max().orElse(1);
    return last > 0 ? last : 1;
  }

  /** Few values far above the others are drawn at the upper edge instead of flattening those. */
  private static double[] withoutSpikes(double[] values) {
    double[] sorted = Arrays.stream(values).filter(Double::isFinite).sorted().toArray();
    if (sorted.length < FEW) {
      return sorted;
    }
    double ordinary = sorted[(int) (ORDINARY * (sorted.length - 1))];
    double most = ordinary + 1.5 * (ordinary - sorted[0]);
    return Arrays.stream(sorted).map(value -> Math.min(value, most)).toArray();
  }

  private static double x(double value, Scale scale) {
    return LEFT + WIDTH * scale.share(value);
  }

  private static double y(double value, Scale scale) {
    return TOP + HEIGHT * (1 - scale.share(value));
  }
}
