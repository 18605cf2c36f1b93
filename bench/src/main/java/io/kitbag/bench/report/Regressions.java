package io.kitbag.bench.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kitbag.bench.micro.MicroRow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;

/**
 * What became slower or larger between two result files, the JSON arrays that the bench commands
 * and JMH write. Rows belong together if they measured the same thing: all their texts and the
 * sizes of the work are equal.
 *
 * @param changes one for each measure of each row that is in both files
 * @param missing rows of the older file that the newer one lacks or could not measure
 */
public record Regressions(List<Change> changes, List<String> missing) {

  /** Heap of a call that JMH counts or not by chance: what its own iteration allocates. */
  private static final double STRAY_BYTES = 64;

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Set<String> SIZES =
      Set.of("imageSize", "batch", "classes", "threads", "workers");
  private static final Set<String> NOT_IDENTITY =
      Set.of("error", "numerics", "versions", "hardware");

  /**
   * One measure, then and now.
   *
   * @param row what was measured
   * @param measure {@code medianMs} or {@code peakMemoryMiB}; {@code score} or {@code bytesPerOp}
   *     of JMH
   * @param uncertainty by which the two may differ without meaning anything, whatever the ratio:
   *     the sum of JMH's errors
   */
  public record Change(
      String row, String measure, double before, double after, double uncertainty) {

    /** 1.1 is ten per cent more. */
    public double ratio() {
      return after == before ? 1 : after / before;
    }

    boolean isBeyond(double noise) {
      return ratio() > 1 + noise && after - before > uncertainty;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%.3f x  %s %.1f, was %.1f%s  %s",
          ratio(),
          measure,
          after,
          before,
          uncertainty > 0 ? String.format(Locale.ROOT, " (± %.1f)", uncertainty) : "",
          row);
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
          if (other == null) {
            missing.add(identity);
            return;
          }
          if (isTimed(row)) {
            compare(identity, "medianMs", row, other, 0, changes);
            compare(identity, "peakMemoryMiB", row, other, 0, changes);
          } else {
            double errors = row.path("error").asDouble() + other.path("error").asDouble();
            compare(identity, "score", row, other, errors, changes);
            compare(identity, "bytesPerOp", row, other, STRAY_BYTES, changes);
          }
        });
    if (changes.isEmpty()) {
      throw new IllegalArgumentException(
          "%s and %s have no measured row in common".formatted(before, after));
    }
    return new Regressions(changes, missing);
  }

  /** Adds a measure that both have. Those of steps are not known if they are not positive. */
  private static void compare(
      String identity,
      String measure,
      JsonNode before,
      JsonNode after,
      double uncertainty,
      List<Change> changes) {
    double was = before.path(measure).asDouble(-1);
    double is = after.path(measure).asDouble(-1);
    boolean known = measure.equals("bytesPerOp") ? was >= 0 && is >= 0 : was > 0 && is > 0;
    if (known) {
      changes.add(new Change(identity, measure, was, is, uncertainty));
    }
  }

  private static boolean isTimed(JsonNode row) {
    return row.path("medianMs").isNumber();
  }

  private static Map<String, JsonNode> rows(Path file) throws IOException {
    JsonNode array;
    try {
      array = JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "%s is not JSON: %s".formatted(file, e.getOriginalMessage()), e);
    }
    if (!array.isArray()) {
      throw new IllegalArgumentException(
          "%s is not an array of rows, as bench prints with --json and JMH with -rf json"
              .formatted(file));
    }
    Map<String, JsonNode> rows = new LinkedHashMap<>();
    for (JsonNode each : array) {
      Optional<MicroRow> jmh = MicroRow.ofJmh(each.toString());
      JsonNode row = jmh.isPresent() ? JSON.valueToTree(jmh.get().fields()) : each;
      if (isTimed(row) || row.path("score").isNumber()) {
        rows.put(identity(row), row);
      }
    }
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
    return changes.stream().filter(change -> change.isBeyond(noise)).toList();
  }
}
