package io.kitbag.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * What became slower or larger between two result files, the JSON arrays that the bench commands
 * print. Rows belong together if they measured the same thing: all their texts and the sizes of the
 * work are equal.
 *
 * @param changes one for each measure of each row that is in both files
 * @param missing rows of the older file that the newer one lacks or could not measure
 */
public record Regressions(List<Change> changes, List<String> missing) {

  /** Measures where less is better. */
  private static final List<String> COSTS = List.of("medianMs", "peakMemoryMiB");

  private static final Set<String> SIZES =
      Set.of("imageSize", "batch", "classes", "threads", "workers");
  private static final Set<String> NOT_IDENTITY =
      Set.of("error", "numerics", "versions", "hardware");

  /**
   * One measure, then and now.
   *
   * @param row what was measured
   * @param measure {@code medianMs} or {@code peakMemoryMiB}
   */
  public record Change(String row, String measure, double before, double after) {

    /** 1.1 is ten per cent more. */
    public double ratio() {
      return after / before;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%.3f x  %s %.1f, was %.1f  %s", ratio(), measure, after, before, row);
    }
  }

  public Regressions {
    changes = List.copyOf(changes);
    missing = List.copyOf(missing);
  }

  /**
   * Compares two files.
   *
   * @throws IllegalArgumentException if one is not an array of rows, or they share none
   */
  public static Regressions between(Path before, Path after) throws IOException {
    Map<String, JsonNode> old = rows(before);
    Map<String, JsonNode> now = rows(after);
    List<Change> changes = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    old.forEach(
        (identity, row) -> {
          JsonNode other = now.get(identity);
          if (other == null || !other.path("medianMs").isNumber()) {
            missing.add(identity);
            return;
          }
          for (String measure : COSTS) {
            if (row.path(measure).asDouble() > 0 && other.path(measure).asDouble() > 0) {
              changes.add(
                  new Change(
                      identity,
                      measure,
                      row.get(measure).asDouble(),
                      other.get(measure).asDouble()));
            }
          }
        });
    if (changes.isEmpty()) {
      throw new IllegalArgumentException(
          "%s and %s have no measured row in common".formatted(before, after));
    }
    return new Regressions(changes, missing);
  }

  private static Map<String, JsonNode> rows(Path file) throws IOException {
    JsonNode array;
    try {
      array = JsonMapper.builder().build().readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is not JSON: %s".formatted(file, e.getOriginalMessage()), e);
    }
    if (!array.isArray()) {
      throw new IllegalArgumentException(
          "%s is not an array of rows, as bench prints with --json".formatted(file));
    }
    Map<String, JsonNode> rows = new LinkedHashMap<>();
    array.forEach(
        row -> {
          if (row.path("medianMs").isNumber()) {
            rows.put(identity(row), row);
          }
        });
    return rows;
  }

  private static String identity(JsonNode row) {
    StringJoiner identity = new StringJoiner(" ");
    row.properties()
        .forEach(
            field -> {
              String name = field.getKey();
              if (SIZES.contains(name)) {
                identity.add(name + "=" + field.getValue().asText());
              } else if (field.getValue().isTextual() && !NOT_IDENTITY.contains(name)) {
                identity.add(field.getValue().asText());
              }
            });
    return identity.toString();
  }

  /**
   * What grew beyond noise.
   *
   * @param noise share by which a measure may differ without meaning anything, such as 0.05
   */
  public List<Change> beyond(double noise) {
    return changes.stream().filter(change -> change.ratio() > 1 + noise).toList();
  }
}
