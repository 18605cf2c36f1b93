package io.kitbag.bench.startup;

import io.kitbag.bench.step.JsonRows;
import io.kitbag.bench.step.Labels;
import io.kitbag.bench.step.Machine;
import io.kitbag.bench.step.Ratio;
import io.kitbag.bench.table.TextTable;
import io.kitbag.bench.table.TextTable.Column;
import java.util.ArrayList;
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
public record StartupReport(Machine machine, List<StartupRow> rows) {

  public StartupReport {
    rows = List.copyOf(rows);
  }

  private static TextTable<StartupRow> table() {
    List<Column<StartupRow>> columns = new ArrayList<>();
    columns.add(new Column<>("task", true, row -> Labels.of(row.spec().task())));
    columns.add(new Column<>("program", true, row -> row.spec().programLabel()));
    columns.add(figure("ms", figures -> number(figures.medianMs())));
    columns.add(figure("min", figures -> number(figures.minMs())));
    columns.add(figure("max", figures -> number(figures.maxMs())));
    columns.add(figure("n", figures -> Integer.toString(figures.roundMs().size())));
    for (Phase phase : Phase.values()) {
      columns.add(
          figure(
              phase.label(),
              figures ->
                  figures.phasesMs().containsKey(phase)
                      ? number(figures.phasesMs().get(phase))
                      : TextTable.NONE));
    }
    columns.add(figure("MiB", figures -> number(figures.peakMemoryMiB())));
    columns.add(ratio("Kitbag's time", Ratio::median));
    columns.add(ratio("least", Ratio::least));
    columns.add(ratio("most", Ratio::most));
    return new TextTable<>(columns);
  }

  private static Column<StartupRow> figure(
      String title, Function<StartupRow.Figures, String> figure) {
    return new Column<>(title, false, row -> row.figures().map(figure).orElse("failed"));
  }

  private static Column<StartupRow> ratio(String title, Function<Ratio, Double> part) {
    return new Column<>(
        title,
        false,
        row ->
            row.kitbag()
                .map(ratio -> String.format(Locale.ROOT, "%.2f", part.apply(ratio)))
                .orElse(TextTable.NONE));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }

  /** The table under a line about the machine; below it why rows are missing. */
  public String text() {
    StringBuilder text = new StringBuilder(machine.summary(""));
    rows.stream()
        .findFirst()
        .map(StartupRow::settings)
        .ifPresent(
            settings ->
                text.append(
                    "; %s, batch %d of %d px, %s %s, %d threads"
                        .formatted(
                            settings.model(),
                            settings.batch(),
                            settings.imageSize(),
                            Labels.of(settings.precision()),
                            Labels.of(settings.layout()),
                            settings.threads())));
    text.append('\n').append(table().render(rows));
    for (StartupRow row : rows) {
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

  /** An array of objects, one a line; what was not measured is null. */
  public String json() {
    return JsonRows.array(rows.stream().map(this::fields).toList());
  }

  private Map<String, @Nullable Object> fields(StartupRow row) {
    StartupSettings settings = row.settings();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("task", Labels.of(row.spec().task()));
    fields.put("program", row.spec().programLabel());
    fields.put("model", settings.model());
    fields.put("classes", settings.classes());
    fields.put("imageSize", settings.imageSize());
    fields.put("batch", settings.batch());
    fields.put("precision", Labels.of(settings.precision()));
    fields.put("layout", Labels.of(settings.layout()));
    fields.put("threads", settings.threads());
    fields.put("error", row.error().orElse(null));
    Optional<StartupRow.Figures> figures = row.figures();
    fields.put("medianMs", figures.map(StartupRow.Figures::medianMs).orElse(null));
    fields.put("minMs", figures.map(StartupRow.Figures::minMs).orElse(null));
    fields.put("maxMs", figures.map(StartupRow.Figures::maxMs).orElse(null));
    fields.put("roundMs", figures.map(StartupRow.Figures::roundMs).orElse(null));
    Map<String, Double> phases = new LinkedHashMap<>();
    figures.ifPresent(f -> f.phasesMs().forEach((phase, ms) -> phases.put(phase.label(), ms)));
    fields.put("phasesMs", phases);
    fields.put("peakMemoryMiB", figures.map(StartupRow.Figures::peakMemoryMiB).orElse(null));
    fields.put("kitbagTime", row.kitbag().map(Ratio::median).orElse(null));
    fields.put("kitbagLeastTime", row.kitbag().map(Ratio::least).orElse(null));
    fields.put("kitbagMostTime", row.kitbag().map(Ratio::most).orElse(null));
    fields.put(
        "versions",
        Map.of(
            "kitbag",
            machine.kitbag(),
            "jdk",
            machine.jdk(),
            "engine",
            figures.map(StartupRow.Figures::engine).orElse("")));
    fields.put("hardware", machine.fields());
    return fields;
  }
}
