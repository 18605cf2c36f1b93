package io.kitbag.train.doctor;

import io.kitbag.precision.advice.ExponentHistogram.Counts;
import io.kitbag.precision.advice.Roofline;
import io.kitbag.precision.advice.StepMemory;
import io.kitbag.train.doctor.DoctorReport.Exponents;
import io.kitbag.train.doctor.DoctorReport.Update;
import io.kitbag.train.report.Svg;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The report's plots. */
final class Plots {

  private static final int FIRST = -45;
  private static final int LAST = 20;
  private static final double WIDTH = 900;
  private static final double NAMES = 210;

  /** fp16: below this half the smallest number. */
  private static final int FLUSH = -25;

  private static final int SUBNORMAL = -14;
  private static final int OVERFLOW = 16;

  private static final String FLUSHED = "fill='#c0392b' fill-opacity='.13'";
  private static final String WEAK = "fill='#e0a030' fill-opacity='.16'";
  private static final String FINE = "fill='#2e8b57' fill-opacity='.09'";

  private Plots() {}

  /** One histogram, with the ranges of fp16 for values multiplied by 2^{@code scale}. */
  static String histogram(Counts counts, int scale, String label) {
    double left = 50;
    double height = 190;
    double bottom = 140;
    double column = (WIDTH - left - 10) / (LAST - FIRST + 1);
    Svg svg = new Svg(WIDTH, height, label);
    ranges(svg, left, column, 8, bottom - 8, scale);
    long[] columns = columns(counts);
    double most = Math.max(1, Arrays.stream(columns).max().orElseThrow());
    double all = Math.max(1, Arrays.stream(columns).sum());
    for (int i = 0; i < columns.length; i++) {
      double size = (bottom - 18) * columns[i] / most;
      svg.rect(
          left + i * column + 1,
          bottom - size,
          column - 2,
          size,
          "fill='#34608f'",
          "2^%d: %s".formatted(FIRST + i, Findings.percent(columns[i] / all)));
    }
    svg.line(left, bottom, WIDTH - 10, bottom, "stroke='#888'");
    svg.text(left - 6, 18, "end", Findings.percent(most / all));
    svg.text(left - 6, bottom, "end", "0");
    exponentAxis(svg, left, column, bottom + 16);
    legend(svg, left, bottom + 38);
    return svg.toString();
  }

  /** Counts on the axis: what lies beyond an end is added to that end. */
  private static long[] columns(Counts counts) {
    long[] columns = new long[LAST - FIRST + 1];
    for (int i = 0; i < counts.counts().size(); i++) {
      int exponent = Math.max(FIRST, Math.min(LAST, counts.firstExponent() + i));
      columns[exponent - FIRST] += counts.counts().get(i);
    }
    return columns;
  }

  /** A row for each tensor, darker where more of its values are. */
  static String heatMap(List<Exponents> tensors, int scale, String label) {
    double row = 15;
    double column = (WIDTH - NAMES - 10) / (LAST - FIRST + 1);
    double bottom = 6 + tensors.size() * row;
    Svg svg = new Svg(WIDTH, bottom + 48, label);
    ranges(svg, NAMES, column, 6, bottom - 6, scale);
    for (int i = 0; i < tensors.size(); i++) {
      Exponents tensor = tensors.get(i);
      double y = 6 + i * row;
      svg.text(NAMES - 6, y + 11, "end", shorten(tensor.name()));
      long[] columns = columns(tensor.counts());
      double all = Math.max(1, Arrays.stream(columns).sum());
      double most = Math.max(1, Arrays.stream(columns).max().orElseThrow());
      for (int j = 0; j < columns.length; j++) {
        if (columns[j] > 0) {
          svg.rect(
              NAMES + j * column,
              y + 1,
              column - .5,
              row - 2,
              String.format(
                  Locale.ROOT,
                  "fill='#1f4e79' fill-opacity='%.3f'",
                  // A square root shows the tails.
                  Math.sqrt(columns[j] / most)),
              "%s, 2^%d: %s"
                  .formatted(tensor.name(), FIRST + j, Findings.percent(columns[j] / all)));
        }
      }
    }
    exponentAxis(svg, NAMES, column, bottom + 16);
    legend(svg, NAMES, bottom + 38);
    return svg.toString();
  }

  private static void ranges(
      Svg svg, double left, double column, double top, double height, int scale) {
    band(svg, left, column, top, height, FIRST, FLUSH - scale, FLUSHED);
    band(svg, left, column, top, height, FLUSH - scale, SUBNORMAL - scale, WEAK);
    band(svg, left, column, top, height, SUBNORMAL - scale, OVERFLOW - scale, FINE);
    band(svg, left, column, top, height, OVERFLOW - scale, LAST + 1, FLUSHED);
  }

  private static void band(
      Svg svg,
      double left,
      double column,
      double top,
      double height,
      int from,
      int to,
      String style) {
    int first = Math.max(FIRST, from);
    int end = Math.min(LAST + 1, to);
    if (first < end) {
      svg.rect(left + (first - FIRST) * column, top, (end - first) * column, height, style);
    }
  }

  private static void exponentAxis(Svg svg, double left, double column, double y) {
    for (int exponent = FIRST; exponent <= LAST; exponent += 5) {
      svg.text(left + (exponent - FIRST + .5) * column, y, "middle", "2^" + exponent);
    }
  }

  private static void legend(Svg svg, double x, double y) {
    String[] words = {"becomes 0, or overflows", "subnormal in fp16", "normal in fp16"};
    String[] styles = {FLUSHED, WEAK, FINE};
    for (int i = 0; i < words.length; i++) {
      svg.rect(x + i * 200, y - 10, 12, 12, styles[i] + " stroke='#999'");
      svg.text(x + i * 200 + 18, y, "start", words[i]);
    }
  }

  /** Update over weight, logarithmic, from 1e-6 to 1; red as far as fp16 weights lose updates. */
  static String updates(List<Update> updates) {
    double row = 15;
    double bottom = 6 + updates.size() * row;
    double decade = (WIDTH - NAMES - 20) / 6;
    Svg svg = new Svg(WIDTH, bottom + 48, "update over weight of every parameter");
    for (int i = 0; i <= 6; i++) {
      double x = NAMES + i * decade;
      svg.line(x, 6, x, bottom, "stroke='#ddd'");
      svg.text(x, bottom + 16, "middle", "1e" + (i - 6));
    }
    for (int i = 0; i < updates.size(); i++) {
      Update update = updates.get(i);
      double y = 6 + i * row;
      svg.text(NAMES - 6, y + 11, "end", shorten(update.name()));
      if (update.ratio() > 0) {
        double at = Math.max(0, Math.min(6, Math.log10(update.ratio()) + 6));
        svg.dot(
            NAMES + at * decade,
            y + 7,
            4.5,
            String.format(
                Locale.ROOT,
                "fill='rgb(%.0f,%.0f,%.0f)'",
                46 + 146 * update.lostInFp16(),
                139 - 82 * update.lostInFp16(),
                87 - 44 * update.lostInFp16()),
            String.format(
                Locale.ROOT,
                "%s: ratio %.3g, %s lost in fp16",
                update.name(),
                update.ratio(),
                Findings.percent(update.lostInFp16())));
      }
    }
    svg.dot(NAMES + 6, bottom + 34, 4.5, "fill='rgb(46,139,87)'", "");
    svg.text(NAMES + 18, bottom + 38, "start", "no update lost in fp16 weights");
    svg.dot(NAMES + 246, bottom + 34, 4.5, "fill='rgb(192,57,43)'", "");
    svg.text(NAMES + 258, bottom + 38, "start", "all updates lost in fp16 weights");
    return svg.toString();
  }

  /** Kept bytes of every layer. */
  static String memory(StepMemory memory) {
    List<StepMemory.Layer> layers =
        memory.layers().stream().filter(layer -> layer.keptBytes() > 0).toList();
    double row = 15;
    double most = layers.stream().mapToLong(StepMemory.Layer::keptBytes).max().orElse(1);
    Svg svg = new Svg(WIDTH, 12 + layers.size() * row, "kept activation bytes of every layer");
    for (int i = 0; i < layers.size(); i++) {
      StepMemory.Layer layer = layers.get(i);
      double y = 6 + i * row;
      double size = (WIDTH - NAMES - 90) * layer.keptBytes() / most;
      svg.text(NAMES - 6, y + 11, "end", shorten(layer.name()));
      svg.rect(NAMES, y + 2, size, row - 4, "fill='#34608f'");
      svg.text(NAMES + size + 6, y + 11, "start", Findings.bytes(layer.keptBytes()));
    }
    return svg.toString();
  }

  /** Layers under the machine's roof, both axes logarithmic. */
  static String roofline(Roofline roofline) {
    double left = 80;
    double bottom = 300;
    double right = WIDTH - 20;
    double top = 20;
    double peak = Math.log10(roofline.peaks().flopsPerSecond());
    double lowY = Math.floor(peak) - 2;
    double highY = Math.ceil(peak + .2);
    double lowX = -1;
    double highX = 4;
    Svg svg = new Svg(WIDTH, 340, "operations per second that each layer could reach");
    for (double x = lowX; x <= highX; x++) {
      double at = left + (x - lowX) / (highX - lowX) * (right - left);
      svg.line(at, top, at, bottom, "stroke='#ddd'");
      svg.text(at, bottom + 16, "middle", number(Math.pow(10, x)));
    }
    for (double y = lowY; y <= highY; y++) {
      double at = bottom - (y - lowY) / (highY - lowY) * (bottom - top);
      svg.line(left, at, right, at, "stroke='#ddd'");
      svg.text(left - 6, at + 4, "end", number(Math.pow(10, y - 9)));
    }
    double ridge = Math.log10(roofline.peaks().ridge());
    double start = Math.max(lowX, lowY - peak + ridge);
    double unitX = (right - left) / (highX - lowX);
    double unitY = (bottom - top) / (highY - lowY);
    double roof = bottom - (peak - lowY) * unitY;
    double corner = left + (ridge - lowX) * unitX;
    svg.line(
        left + (start - lowX) * unitX,
        bottom - (peak - ridge + start - lowY) * unitY,
        corner,
        roof,
        "stroke='#333' stroke-width='2'");
    svg.line(corner, roof, right, roof, "stroke='#333' stroke-width='2'");
    double all = roofline.seconds();
    for (Roofline.Layer layer : roofline.layers()) {
      double intensity = Math.log10(layer.intensity());
      double x = Math.max(lowX, Math.min(highX, intensity));
      double y = Math.max(lowY, Math.min(peak, peak - ridge + intensity));
      svg.dot(
          left + (x - lowX) * unitX,
          bottom - (y - lowY) * unitY,
          3 + 14 * Math.sqrt(layer.seconds() / all),
          layer.memoryBound()
              ? "fill='#e0a030' fill-opacity='.65'"
              : "fill='#34608f' fill-opacity='.65'",
          String.format(
              Locale.ROOT,
              "%s: %.2f FLOP/byte, at least %.3g ms",
              layer.name(),
              layer.intensity(),
              1e3 * layer.seconds()));
    }
    svg.text((left + right) / 2, bottom + 34, "middle", "FLOP for each byte");
    svg.text(left, 12, "start", "GFLOP/s that are possible; area is the share of the least time");
    return svg.toString();
  }

  private static String number(double value) {
    return value >= 0.999 && value < 1e7
        ? String.format(Locale.ROOT, "%.0f", value)
        : String.format(Locale.ROOT, "%.2g", value);
  }

  private static String shorten(String name) {
    return name.length() <= 32 ? name : "…" + name.substring(name.length() - 31);
  }
}
