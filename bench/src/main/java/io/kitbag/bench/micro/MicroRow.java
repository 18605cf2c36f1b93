package io.kitbag.bench.micro;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What JMH says of one benchmark with one set of parameters. Whatever JMH measured, a score is a
 * time here: less is better.
 *
 * @param benchmark class and method
 * @param parameters such as {@code contender=imageio}
 * @param unit of the score, such as {@code us/op}
 * @param score mean of the iterations
 * @param error half the width of its interval of 99.9 %, 0 if there were too few iterations to tell
 * @param bytesPerOp heap that a call allocates; -1 without JMH's profiler {@code gc}
 * @param n iterations of all forks
 */
public record MicroRow(
    String benchmark,
    String parameters,
    String unit,
    double score,
    double error,
    double bytesPerOp,
    int n) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /**
   * Reads one of JMH's results.
   *
   * @param json an object of JMH's array
   * @return empty if it is something else
   */
  public static Optional<MicroRow> ofJmh(String json) throws IOException {
    JsonNode row = JSON.readTree(json);
    return row.path("primaryMetric").path("score").isNumber()
        ? Optional.of(of(row))
        : Optional.empty();
  }

  /** Reads JMH's results. */
  static List<MicroRow> all(String json) throws IOException {
    List<MicroRow> rows = new ArrayList<>();
    for (JsonNode row : JSON.readTree(json)) {
      rows.add(of(row));
    }
    return rows;
  }

  private static MicroRow of(JsonNode jmh) {
    JsonNode metric = jmh.get("primaryMetric");
    double score = metric.get("score").asDouble();
    // Too few iterations make it the text "NaN".
    double error = metric.path("scoreError").isNumber() ? metric.get("scoreError").asDouble() : 0;
    String unit = metric.path("scoreUnit").asText();
    if (unit.startsWith("ops/")) {
      error = error / score / score;
      score = 1 / score;
      unit = unit.substring("ops/".length()) + "/op";
    }
    List<String> parameters = new ArrayList<>();
    jmh.path("params")
        .properties()
        .forEach(each -> parameters.add(each.getKey() + "=" + each.getValue().asText()));
    int n = 0;
    for (JsonNode fork : metric.path("rawData")) {
      n += fork.size();
    }
    return new MicroRow(
        shortName(jmh.path("benchmark").asText()),
        String.join(" ", parameters),
        unit,
        score,
        error,
        bytes(jmh.path("secondaryMetrics")),
        n);
  }

  /** The key is {@code gc.alloc.rate.norm}, with a dot before it in older versions of JMH. */
  private static double bytes(JsonNode metrics) {
    for (Map.Entry<String, JsonNode> metric : metrics.properties()) {
      if (metric.getKey().endsWith("gc.alloc.rate.norm")) {
        return metric.getValue().path("score").asDouble();
      }
    }
    return -1;
  }

  private static String shortName(String qualified) {
    int method = qualified.lastIndexOf('.');
    return qualified.substring(qualified.lastIndexOf('.', method - 1) + 1);
  }

  /** This as JSON has it. */
  public Map<String, Object> fields() {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("benchmark", benchmark);
    fields.put("parameters", parameters);
    fields.put("unit", unit);
    fields.put("score", score);
    fields.put("error", error);
    fields.put("bytesPerOp", bytesPerOp);
    fields.put("n", n);
    return fields;
  }
}
