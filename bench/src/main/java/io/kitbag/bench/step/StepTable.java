package io.kitbag.bench.step;

import io.kitbag.bench.table.TextTable;
import io.kitbag.bench.table.TextTable.Column;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/** Rows as a text table under a line about the machine. */
public final class StepTable {

  private static final TextTable<StepRow> TABLE =
      new TextTable<>(
          List.of(
              new Column<>("model", true, row -> row.spec().model()),
              new Column<>("px", false, row -> Integer.toString(row.spec().imageSize())),
              new Column<>("batch", false, row -> Integer.toString(row.spec().batch())),
              new Column<>("execution", true, row -> row.spec().executionLabel()),
              new Column<>("precision", true, StepTable::precision),
              new Column<>("layout", true, row -> Labels.of(row.spec().layout())),
              new Column<>("malloc", true, StepTable::malloc),
              new Column<>("autotune", true, row -> row.autotune().orElse(TextTable.NONE)),
              new Column<>("ms", false, figure("%.1f", StepFigures::medianMs)),
              new Column<>("min", false, figure("%.1f", StepFigures::minMs)),
              new Column<>("max", false, figure("%.1f", StepFigures::maxMs)),
              new Column<>("n", false, figure("%d", figures -> figures.roundMs().size())),
              new Column<>("forward", false, figure("%.1f", StepFigures::forwardMs)),
              new Column<>("backward", false, figure("%.1f", StepFigures::backwardMs)),
              new Column<>("optimizer", false, figure("%.1f", StepFigures::optimizerMs)),
              new Column<>("cpu ms", false, figure("%.0f", StepFigures::cpuMs)),
              new Column<>("images/s", false, row -> number("%.1f", row.imagesPerSecond())),
              new Column<>("GFLOP/s", false, row -> number("%.1f", row.gigaflops())),
              new Column<>("of peak", false, row -> number("%.2f", row.shareOfPeak())),
              new Column<>("MiB", false, figure("%.0f", StepFigures::peakMemoryMiB)),
              new Column<>("speed-up", false, row -> number("%.2f", row.comparison().speedUp())),
              new Column<>("memory", false, row -> number("%.2f", row.comparison().memoryShare())),
              new Column<>(
                  "loss diff", false, row -> number("%.1e", row.comparison().lossDifference())),
              new Column<>(
                  "next diff",
                  false,
                  row -> number("%.1e", row.comparison().nextLossDifference()))));

  private final Machine machine;

  /** For rows measured on {@code machine}. */
  public StepTable(Machine machine) {
    this.machine = machine;
  }

  /** The table; below it why rows are missing. */
  public String render(List<StepRow> rows) {
    StringBuilder text = new StringBuilder(header(rows)).append('\n').append(TABLE.render(rows));
    for (StepRow row : rows) {
      row.error()
          .ifPresent(error -> text.append(row.spec()).append(": ").append(error).append('\n'));
    }
    return text.toString();
  }

  private String header(List<StepRow> rows) {
    String engine =
        rows.stream()
            .map(StepRow::figures)
            .flatMap(Optional::stream)
            .filter(figures -> !figures.djl().isEmpty())
            .findFirst()
            .map(figures -> ", DJL %s, %s".formatted(figures.djl(), figures.engine()))
            .orElse("");
    String settings =
        rows.stream()
            .findFirst()
            .map(StepRow::settings)
            .map(
                shared ->
                    "; %s, device %s, %d threads, optimizer %s, %d steps a round after %d to warm up"
                        .formatted(
                            Labels.of(shared.task()),
                            shared.device(),
                            shared.threads(),
                            Labels.of(shared.optimizer()),
                            shared.steps(),
                            shared.warmup()))
            .orElse("");
    return machine.summary(engine) + settings;
  }

  private static String precision(StepRow row) {
    boolean emulated = row.figures().map(StepFigures::emulated).orElse(false);
    return Labels.of(row.spec().precision()) + (emulated ? " (emulated)" : "");
  }

  /** The allocator in force, which is the system's where there is nothing to tune. */
  private static String malloc(StepRow row) {
    return row.figures().map(StepFigures::malloc).orElse(row.spec().malloc()).label();
  }

  private static Function<StepRow, String> figure(
      String format, Function<StepFigures, Object> figure) {
    return row ->
        row.figures().map(figures -> format(format, figure.apply(figures))).orElse("failed");
  }

  private static String number(String format, OptionalDouble value) {
    return value.isPresent() ? format(format, value.getAsDouble()) : TextTable.NONE;
  }

  private static String format(String format, Object value) {
    return String.format(Locale.ROOT, format, value);
  }
}
