package io.kitbag.train.report;

import io.kitbag.train.report.CurveChart.Line;
import io.kitbag.train.report.CurveChart.Marks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** The pictures of a run; those of which nothing was measured are empty. */
final class RunCharts {

  private static final double BAR_WIDTH = 900;

  private final RunHistory run;
  private final List<Evaluation> evaluations;

  RunCharts(RunHistory run) {
    this.run = run;
    evaluations = thinned(run.evaluations(), Curve.MOST);
  }

  /** At most so many of them, evenly, with the last. */
  static <T> List<T> thinned(List<T> all, int most) {
    int every = (all.size() + most - 1) / most;
    return IntStream.range(0, all.size())
        .filter(i -> (all.size() - 1 - i) % Math.max(1, every) == 0)
        .mapToObj(all::get)
        .toList();
  }

  /** The training loss, that of the test images, and theirs with averaged weights. */
  String loss() {
    List<Line> lines = new ArrayList<>();
    addIfMeasured(lines, curve("training", 0, run.loss()));
    addIfMeasured(lines, measured("test", 1, Evaluation::loss));
    addIfMeasured(lines, measured("test, averaged weights", 3, Evaluation::averagedLoss));
    return chart("loss", Words::loss, lines);
  }

  String accuracy() {
    List<Line> lines = new ArrayList<>();
    addIfMeasured(lines, measured("top-1", 0, of -> 100 * of.top1()));
    addIfMeasured(lines, measured("top-5", 2, of -> 100 * of.top5()));
    addIfMeasured(lines, measured("top-1, averaged weights", 3, of -> 100 * of.averagedTop1()));
    return chart("accuracy on the test images, %", value -> Words.percent(value / 100), lines);
  }

  String learningRate() {
    List<Line> lines = new ArrayList<>();
    addIfMeasured(lines, curve("learning rate", 0, run.learningRate()));
    return chart("learning rate", Words::rate, lines);
  }

  /** Empty if it was always 1. */
  String lossScale() {
    List<Line> lines = new ArrayList<>();
    if (run.scaled()) {
      addIfMeasured(lines, logarithms(curve("loss scale", 0, run.lossScale()), Marks.LINE));
      addIfMeasured(lines, logarithms(curve("steps left out", 1, run.skips()), Marks.DOTS));
    }
    return chart("loss scale, power of two", value -> "2^" + Words.epochs(value), lines);
  }

  private static Line logarithms(Line line, Marks marks) {
    double[] exponents = Arrays.stream(line.ys()).map(y -> Math.log(y) / Math.log(2)).toArray();
    return new Line(line.name(), line.style(), marks, line.xs(), exponents);
  }

  private static void addIfMeasured(List<Line> lines, Line line) {
    if (Arrays.stream(line.ys()).anyMatch(Double::isFinite)) {
      lines.add(line);
    }
  }

  private static String chart(String title, DoubleFunction<String> values, List<Line> lines) {
    return lines.isEmpty() ? "" : new CurveChart(title, values, lines).html();
  }

  private Line curve(String name, int style, Curve curve) {
    return new Line(
        name,
        style,
        Marks.LINE,
        IntStream.range(0, curve.size()).mapToDouble(i -> run.epochs().at(curve.step(i))).toArray(),
        IntStream.range(0, curve.size()).mapToDouble(curve::value).toArray());
  }

  private Line measured(String name, int style, ToDoubleFunction<Evaluation> value) {
    return new Line(
        name,
        style,
        Marks.LINE_AND_DOTS,
        evaluations.stream().mapToDouble(Evaluation::epoch).toArray(),
        evaluations.stream().mapToDouble(value).toArray());
  }

  /** Parts of a whole, side by side. */
  static String bar(List<String> names, double[] seconds) {
    double all = Arrays.stream(seconds).sum();
    StringBuilder label = new StringBuilder("where the time went");
    for (int i = 0; i < seconds.length; i++) {
      label.append(i == 0 ? ": " : ", ").append(part(names.get(i), seconds[i], all));
    }
    Svg svg = new Svg(BAR_WIDTH, 30, label.toString());
    double x = 0;
    for (int i = 0; i < seconds.length; i++) {
      double width = BAR_WIDTH * seconds[i] / all;
      svg.rect(x, 0, width, 30, "class='d" + i + "'", part(names.get(i), seconds[i], all));
      x += width;
    }
    return svg.toString();
  }

  private static String part(String name, double seconds, double all) {
    return String.format(Locale.ROOT, "%s %.1f %%", name, 100 * seconds / all);
  }
}
