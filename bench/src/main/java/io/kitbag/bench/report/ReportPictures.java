package io.kitbag.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.kitbag.bench.report.BarChart.Bar;
import io.kitbag.bench.report.BarChart.Owner;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The rows of a bench as pictures; rows that failed are left out. */
final class ReportPictures {

  /**
   * A picture.
   *
   * @param title what it shows
   * @param svg a whole file
   */
  record Picture(String title, String svg) {}

  private ReportPictures() {}

  /**
   * @param bench the command, such as {@code step}
   * @param rows what it prints with {@code --json}
   * @return none for a bench whose rows have no common unit
   */
  static List<Picture> of(String bench, JsonNode rows) {
    List<JsonNode> measured =
        StreamSupport.stream(rows.spliterator(), false)
            .filter(row -> row.path("error").isNull() || row.path("error").isMissingNode())
            .toList();
    List<JsonNode> sweep = measured.stream().filter(row -> row.has("channels")).toList();
    if (!sweep.isEmpty()) {
      return List.of(channels(sweep));
    }
    return switch (bench) {
      case "step", "eval", "tensorcore" ->
          bars(measured, ReportPictures::stepTitle, ReportPictures::step);
      case "optim" ->
          bars(
              measured,
              row -> "optim: " + row.path("model").asText() + ", ms an update",
              row -> program(row, "rule"));
      case "startup" ->
          bars(
              measured,
              row ->
                  "startup: %s, ms to the end of the second pass"
                      .formatted(row.path("model").asText()),
              row -> program(row, "task"));
      case "pipeline" ->
          bars(
              measured,
              row -> "pipeline: images/s, %d px".formatted(row.path("imageSize").asInt()),
              ReportPictures::loading);
      default -> List.of();
    };
  }

  private interface Words {
    String of(JsonNode row);
  }

  private interface Measured {
    Bar of(JsonNode row);
  }

  /** A chart for each title, in the order of the rows. */
  private static List<Picture> bars(List<JsonNode> rows, Words title, Measured bar) {
    Map<String, List<Bar>> charts = new LinkedHashMap<>();
    rows.forEach(
        row -> charts.computeIfAbsent(title.of(row), key -> new ArrayList<>()).add(bar.of(row)));
    return charts.entrySet().stream()
        .map(
            chart ->
                new Picture(chart.getKey(), new BarChart(chart.getKey(), chart.getValue()).svg()))
        .toList();
  }

  private static String stepTitle(JsonNode row) {
    return "%s: %s, %d images of %d px, ms"
        .formatted(
            row.path("task").asText(),
            row.path("model").asText(),
            row.path("batch").asInt(),
            row.path("imageSize").asInt());
  }

  private static Bar step(JsonNode row) {
    String execution = row.path("execution").asText();
    String label =
        Stream.of("execution", "precision", "layout")
            .map(key -> row.path(key).asText())
            .reduce((left, right) -> left + " " + right)
            .orElseThrow();
    return time(
        row,
        label,
        execution.startsWith("torch")
            ? Owner.PEER
            : execution.startsWith("plain") ? Owner.STOCK_DJL : Owner.KITBAG);
  }

  private static Bar time(JsonNode row, String label, Owner owner) {
    return new Bar(
        label,
        owner,
        row.path("medianMs").asDouble(),
        row.path("minMs").asDouble(),
        row.path("maxMs").asDouble());
  }

  private static Bar program(JsonNode row, String what) {
    String program = row.path("program").asText();
    return time(row, row.path(what).asText() + " " + program, owner(program));
  }

  private static Bar loading(JsonNode row) {
    String name = row.path("row").asText();
    double[] rounds =
        StreamSupport.stream(row.path("roundImagesPerSecond").spliterator(), false)
            .mapToDouble(JsonNode::asDouble)
            .sorted()
            .toArray();
    double median = row.path("imagesPerSecond").asDouble();
    return new Bar(
        row.path("workers").asInt() == 1
            ? name
            : "%s, %s workers".formatted(name, row.path("workers").asText()),
        name.startsWith("kitbag") ? Owner.KITBAG : Owner.PEER,
        median,
        rounds.length == 0 ? median : rounds[0],
        rounds.length == 0 ? median : rounds[rounds.length - 1]);
  }

  private static Owner owner(String program) {
    return switch (program) {
      case "kitbag" -> Owner.KITBAG;
      case "djl" -> Owner.STOCK_DJL;
      default -> Owner.PEER;
    };
  }

  private static Picture channels(List<JsonNode> rows) {
    Map<String, SortedMap<Integer, Double>> lines = new LinkedHashMap<>();
    for (JsonNode row : rows) {
      lines
          .computeIfAbsent(
              row.path("precision").asText() + " " + row.path("layout").asText(),
              key -> new TreeMap<>())
          .put(row.path("channels").asInt(), row.path("gflops").asDouble());
    }
    String title = "tensorcore: a 3×3 convolution, GFLOP/s";
    return new Picture(title, new LineChart(title, "channels", lines).svg());
  }
}
