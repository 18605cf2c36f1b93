package io.kitbag.bench.startup;

import io.kitbag.bench.child.Rounds;
import io.kitbag.bench.child.Rounds.Outcome;
import io.kitbag.bench.step.Ratio;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Measures starts in {@link Rounds}, and compares Kitbag's with the others. */
public final class StartupBench {

  private final Rounds<StartupSpec, StartupMeasurement> rounds;

  /**
   * A bench.
   *
   * @param runner usually a {@link StartupRunner}
   * @param progress is told each result as it comes, one line each
   */
  public StartupBench(
      Rounds.Runner<StartupSpec, StartupMeasurement> runner, Consumer<String> progress) {
    rounds =
        new Rounds<>(
            runner,
            measured -> String.format(Locale.ROOT, "%.0f ms", measured.totalMs()),
            progress);
  }

  /** One row for each of {@code specs}, in their order, also for those that failed. */
  public List<StartupRow> run(List<StartupSpec> specs, StartupSettings settings, int count)
      throws InterruptedException {
    Map<StartupSpec, Outcome<StartupMeasurement>> measured = rounds.run(specs, count);
    Map<StartupSpec, StartupRow.Figures> figures = new HashMap<>();
    measured.forEach(
        (spec, outcome) -> {
          if (outcome.error().isEmpty()) {
            figures.put(spec, StartupRow.Figures.of(outcome.rounds()));
          }
        });
    List<StartupRow> rows = new ArrayList<>();
    measured.forEach(
        (spec, outcome) ->
            rows.add(
                new StartupRow(
                    spec,
                    settings,
                    Optional.ofNullable(figures.get(spec)),
                    outcome.error(),
                    ratio(spec, figures))));
    return rows;
  }

  private static Optional<Ratio> ratio(
      StartupSpec spec, Map<StartupSpec, StartupRow.Figures> figures) {
    StartupRow.Figures kitbag = figures.get(new StartupSpec(spec.task(), ""));
    StartupRow.Figures peer = figures.get(spec);
    return spec.isPeer() && kitbag != null && peer != null
        ? Optional.of(Ratio.of(kitbag.roundMs(), peer.roundMs()))
        : Optional.empty();
  }
}
