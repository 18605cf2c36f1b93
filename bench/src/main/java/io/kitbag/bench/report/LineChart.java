package io.kitbag.bench.report;

import io.kitbag.train.report.Svg;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Lines from place to place, the places side by side whatever lies between them; the vertical axis
 * starts at zero.
 *
 * @param title what the lines are, with the unit
 * @param across what the places are
 * @param lines values by place, by the name of the line
 */
record LineChart(String title, String across, Map<String, SortedMap<Integer, Double>> lines) {

  private static final double LEFT = 60;
  private static final double TOP = 60;
  private static final double WIDTH = 700;
  private static final double HEIGHT = 300;
  private static final double RIGHT = 80;
  private static final double BOTTOM = 60;
  private static final double LEGEND = 180;
  private static final int TICKS = 5;
  private static final List<String> COLORS = List.of("#1f5fa8", "#c8641b", "#2a7f4f", "#7a4fa8");

  String svg() {
    double tick = tick();
    List<Integer> places = places();
    Svg svg = new Svg(LEFT + WIDTH + RIGHT, TOP + HEIGHT + BOTTOM, title);
    svg.text(12, 24, "start", title);
    for (int i = 0; i <= TICKS; i++) {
      double y = TOP + HEIGHT - i * HEIGHT / TICKS;
      svg.line(LEFT, y, LEFT + WIDTH, y, "stroke='#e6e8eb'");
      svg.text(LEFT - 8, y + 4, "end", String.format(Locale.ROOT, "%.0f", i * tick));
    }
    for (int i = 0; i < places.size(); i++) {
      svg.text(x(i, places), TOP + HEIGHT + 20, "middle", places.get(i).toString());
    }
    svg.text(LEFT + WIDTH / 2, TOP + HEIGHT + 44, "middle", across);
    int number = 0;
    for (Map.Entry<String, SortedMap<Integer, Double>> line : lines.entrySet()) {
      String color = COLORS.get(number % COLORS.size());
      double x = LEFT + number++ * LEGEND;
      svg.rect(x, TOP - 24, 12, 12, "fill='%s'".formatted(color));
      svg.text(x + 18, TOP - 13, "start", line.getKey());
      draw(line.getKey(), line.getValue(), places, TICKS * tick, color, svg);
    }
    return svg.document();
  }

  private static void draw(
      String name,
      SortedMap<Integer, Double> line,
      List<Integer> places,
      double top,
      String color,
      Svg svg) {
    double beforeX = 0;
    double beforeY = 0;
    for (Map.Entry<Integer, Double> point : line.entrySet()) {
      double x = x(places.indexOf(point.getKey()), places);
      double y = TOP + HEIGHT * (1 - point.getValue() / top);
      if (!point.getKey().equals(line.firstKey())) {
        svg.line(beforeX, beforeY, x, y, "stroke='%s' stroke-width='2'".formatted(color));
      }
      svg.dot(
          x,
          y,
          4,
          "fill='%s'".formatted(color),
          String.format(Locale.ROOT, "%s, %d: %.0f", name, point.getKey(), point.getValue()));
      beforeX = x;
      beforeY = y;
    }
  }

  private static double x(int place, List<Integer> places) {
    return LEFT + (place + 0.5) * WIDTH / places.size();
  }

  private List<Integer> places() {
    SortedSet<Integer> places = new TreeSet<>();
    lines.values().forEach(line -> places.addAll(line.keySet()));
    return List.copyOf(places);
  }

  /** 1, 2 or 5 times a power of ten, so that all values lie within so many. */
  private double tick() {
    double least =
        lines.values().stream()
                .flatMap(line -> line.values().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1)
            / TICKS;
    double power = Math.pow(10, Math.floor(Math.log10(least)));
    double digit = least / power;
    return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
  }
}
