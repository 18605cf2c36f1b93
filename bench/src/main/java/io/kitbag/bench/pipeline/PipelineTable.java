package io.kitbag.bench.pipeline;

import io.kitbag.bench.pipeline.PipelineRow.Spread;
import io.kitbag.bench.step.Machine;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows as text and as JSON. */
public final class PipelineTable {
  private static final String NONE = "-";
  private static final List<String> TITLES =
      List.of(
          "row",
          "workers",
          "images/s",
          "ms",
          "min",
          "max",
          "n",
          "cpu ms",
          "x baseline",
          "of rounds",
          "x 1 worker",
          "of rounds",
          "heap B",
          "difference");

  private final Machine machine;
  private final PipelineSettings settings;
  private final Photos photos;
  private final Contender baseline;

  /**
   * For rows of one run.
   *
   * @param baseline what the others are compared with
   */
  public PipelineTable(
      Machine machine, PipelineSettings settings, Photos photos, Contender baseline) {
    this.machine = machine;
    this.settings = settings;
    this.photos = photos;
    this.baseline = baseline;
  }

  static String workers(int number) {
    return number == 1 ? "1 worker" : number + " workers";
  }

  /** The table under a line about machine and work; below it versions, and why rows are missing. */
  public String render(List<PipelineRow> rows) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(TITLES);
    rows.forEach(row -> cells.add(cells(row, rows)));
    StringBuilder text = new StringBuilder(header()).append('\n');
    int[] widths = new int[TITLES.size()];
    for (List<String> line : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    for (List<String> line : cells) {
      StringBuilder padded = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String fill = " ".repeat(widths[i] - line.get(i).length());
        padded.append(i == 0 ? line.get(i) + fill : fill + line.get(i)).append("  ");
      }
      text.append(padded.toString().stripTrailing()).append('\n');
    }
    rows.stream().map(PipelineTable::remark).distinct().forEach(text::append);
    return text.toString();
  }

  private String header() {
    return String.format(
        Locale.ROOT,
        "%s, %d cores, %s, load %.1f before; Kitbag %s, %s; %d photos of %.1f kB, crops of %d px,"
            + " batches of %d, rounds of %.1f s; baseline %s",
        machine.cpu(),
        machine.cores(),
        machine.os(),
        machine.loadAverage(),
        machine.kitbag(),
        machine.jdk(),
        photos.count(),
        photos.meanBytes() / 1e3,
        settings.size(),
        settings.batch(),
        settings.roundSeconds(),
        baseline.label());
  }

  private List<String> cells(PipelineRow row, List<PipelineRow> rows) {
    Optional<Spread> ms = row.milliseconds();
    Optional<Spread> times = row.timesAmong(rows, baseline);
    Optional<Spread> scaling = row.scalingAmong(rows);
    return List.of(
        row.contender().label(),
        Integer.toString(row.workers()),
        row.rate().map(rate -> format("%.0f", rate.median())).orElse("failed"),
        ms.map(spread -> format("%.3f", spread.median())).orElse(NONE),
        ms.map(spread -> format("%.3f", spread.least())).orElse(NONE),
        ms.map(spread -> format("%.3f", spread.most())).orElse(NONE),
        Integer.toString(row.rounds().size()),
        row.cpuMs().isPresent() ? format("%.3f", row.cpuMs().getAsDouble()) : NONE,
        times.map(spread -> format("%.2f", spread.median())).orElse(NONE),
        times.map(PipelineTable::range).orElse(NONE),
        scaling.map(spread -> format("%.2f", spread.median())).orElse(NONE),
        scaling.map(PipelineTable::range).orElse(NONE),
        row.checks().bytesPerImage().isPresent()
            ? Long.toString(row.checks().bytesPerImage().getAsLong())
            : NONE,
        row.checks().difference().isPresent()
            ? format("%.2f", row.checks().difference().getAsDouble())
            : NONE);
  }

  private static String range(Spread spread) {
    return format("%.2f", spread.least()) + "-" + format("%.2f", spread.most());
  }

  private static String remark(PipelineRow row) {
    return row.error()
        .map(error -> row.contender().label() + ": " + error + "\n")
        .orElse(row.contender().label() + ": " + row.checks().versions() + "\n");
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** A row for programs. */
  public Map<String, @Nullable Object> fields(PipelineRow row, List<PipelineRow> rows) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("row", row.contender().label());
    fields.put("workers", row.workers());
    fields.put("imageSize", settings.size());
    fields.put("batch", settings.batch());
    fields.put("photos", Map.of("count", photos.count(), "meanBytes", photos.meanBytes()));
    fields.put("seed", settings.seed());
    fields.put("error", row.error().orElse(null));
    fields.put("n", row.rounds().size());
    row.rate().ifPresent(rate -> fields.put("imagesPerSecond", rounded(rate.median())));
    put(fields, "%sMs", row.milliseconds());
    fields.put("cpuMs", row.cpuMs().isPresent() ? rounded(row.cpuMs().getAsDouble()) : null);
    fields.put(
        "roundImagesPerSecond", row.rounds().stream().map(round -> rounded(round.rate())).toList());
    fields.put("baseline", baseline.label());
    put(fields, "%sTimes", row.timesAmong(rows, baseline));
    put(fields, "%sScaling", row.scalingAmong(rows));
    PipelineRow.Checks checks = row.checks();
    fields.put(
        "heapBytes",
        checks.bytesPerImage().isPresent() ? checks.bytesPerImage().getAsLong() : null);
    fields.put(
        "difference",
        checks.difference().isPresent() ? rounded(checks.difference().getAsDouble()) : null);
    fields.put(
        "versions",
        Map.of("kitbag", machine.kitbag(), "jdk", machine.jdk(), "row", checks.versions()));
    fields.put(
        "hardware",
        Map.of(
            "cpu",
            machine.cpu(),
            "cores",
            machine.cores(),
            "memoryMiB",
            machine.memoryMiB(),
            "os",
            machine.os(),
            "loadAverage",
            machine.loadAverage()));
    return fields;
  }

  private static void put(
      Map<String, @Nullable Object> fields, String name, Optional<Spread> spread) {
    spread.ifPresent(
        values -> {
          fields.put(name.formatted("median"), rounded(values.median()));
          fields.put(name.formatted("min"), rounded(values.least()));
          fields.put(name.formatted("max"), rounded(values.most()));
        });
  }

  private static double rounded(double value) {
    return Math.rint(value * 1e4) / 1e4;
  }
}
