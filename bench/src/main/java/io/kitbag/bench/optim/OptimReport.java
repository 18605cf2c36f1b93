package io.kitbag.bench.optim;

import io.kitbag.bench.step.JsonRows;
import io.kitbag.bench.step.Labels;
import io.kitbag.bench.step.Machine;
import io.kitbag.bench.step.Ratio;
import io.kitbag.bench.table.TextTable;
import io.kitbag.bench.table.TextTable.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rows as a text table and as JSON.
 *
 * @param machine where they were measured
 */
public record OptimReport(Machine machine, List<OptimRow> rows) {

  /** Of the way that weights have gone: rounding of some operations in another order. */
  private static final double TOLERANCE = 1e-3;

  private static final TextTable<OptimRow> TABLE =
      new TextTable<>(
          List.of(
              new Column<>("rule", true, row -> Labels.of(row.spec().rule())),
              new Column<>("program", true, row -> row.spec().programLabel()),
              figure("ms", figures -> format("%.2f", figures.medianMs())),
              figure("min", figures -> format("%.2f", figures.minMs())),
              figure("max", figures -> format("%.2f", figures.maxMs())),
              figure("n", figures -> Integer.toString(figures.roundMs().size())),
              figure("MiB", figures -> format("%.0f", figures.peakMemoryMiB())),
              share("Kitbag's time", share -> format("%.2f", share.time().median())),
              share("least", share -> format("%.2f", share.time().least())),
              share("most", share -> format("%.2f", share.time().most())),
              share(
                  "memory",
                  share ->
                      share.memory().isPresent()
                          ? format("%.2f", share.memory().getAsDouble())
                          : TextTable.NONE),
              share("weights differ", OptimReport::difference)));

  public OptimReport {
    rows = List.copyOf(rows);
  }

  private static Column<OptimRow> figure(String title, Function<OptimRow.Figures, String> figure) {
    return new Column<>(title, false, row -> row.figures().map(figure).orElse("failed"));
  }

  private static Column<OptimRow> share(String title, Function<OptimRow.Share, String> share) {
    return new Column<>(title, false, row -> row.kitbag().map(share).orElse(TextTable.NONE));
  }

  private static String difference(OptimRow.Share share) {
    return format("%.0e", share.difference())
        + (share.difference() <= TOLERANCE ? "" : " NOT THE SAME");
  }

  private static String format(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  /** The table under a line about the machine; below it why rows are missing. */
  public String text() {
    StringBuilder text = new StringBuilder(machine.summary(""));
    rows.stream()
        .findFirst()
        .map(OptimRow::settings)
        .ifPresent(
            settings ->
                text.append(
                    "; parameters of %s, %d threads, %d steps a round after %d to warm up"
                        .formatted(
                            settings.model(),
                            settings.threads(),
                            settings.steps(),
                            settings.warmup())));
    text.append('\n').append(TABLE.render(rows));
    for (OptimRow row : rows) {
      row.error()
          .ifPresent(error -> text.append(row.spec()).append(": ").append(error).append('\n'));
    }
    rows.stream()
        .flatMap(
            row -> row.figures().stream().map(f -> row.spec().programLabel() + ": " + f.engine()))
        .distinct()
        .forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  /** An array of flat objects, one a line; what was not measured is null. */
  public String json() {
    return JsonRows.array(rows.stream().map(this::fields).toList());
  }

  private Map<String, @Nullable Object> fields(OptimRow row) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("model", row.settings().model());
    fields.put("rule", Labels.of(row.spec().rule()));
    fields.put("program", row.spec().programLabel());
    fields.put("threads", row.settings().threads());
    fields.put("warmup", row.settings().warmup());
    fields.put("stepsPerRound", row.settings().steps());
    fields.put("seed", row.settings().seed());
    fields.put("error", row.error().orElse(null));
    Optional<OptimRow.Figures> figures = row.figures();
    fields.put("medianMs", figures.map(OptimRow.Figures::medianMs).orElse(null));
    fields.put("minMs", figures.map(OptimRow.Figures::minMs).orElse(null));
    fields.put("maxMs", figures.map(OptimRow.Figures::maxMs).orElse(null));
    fields.put("roundMs", figures.map(OptimRow.Figures::roundMs).orElse(null));
    fields.put("peakMemoryMiB", figures.map(OptimRow.Figures::peakMemoryMiB).orElse(null));
    Optional<Ratio> time = row.kitbag().map(OptimRow.Share::time);
    fields.put("kitbagTime", time.map(Ratio::median).orElse(null));
    fields.put("kitbagLeastTime", time.map(Ratio::least).orElse(null));
    fields.put("kitbagMostTime", time.map(Ratio::most).orElse(null));
    fields.put(
        "kitbagMemory",
        row.kitbag().flatMap(share -> share.memory().stream().boxed().findFirst()).orElse(null));
    fields.put("weightsDifference", row.kitbag().map(OptimRow.Share::difference).orElse(null));
    fields.put(
        "versions",
        Map.of(
            "kitbag",
            machine.kitbag(),
            "jdk",
            machine.jdk(),
            "engine",
            figures.map(OptimRow.Figures::engine).orElse("")));
    fields.put("hardware", machine.fields());
    return fields;
  }
}
