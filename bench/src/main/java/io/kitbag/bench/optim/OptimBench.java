package io.kitbag.bench.optim;

import io.kitbag.bench.child.Rounds;
import io.kitbag.bench.child.Rounds.Outcome;
import io.kitbag.bench.step.Statistics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Measures optimizer steps in {@link Rounds}, and compares Kitbag's with the others. */
public final class OptimBench {

  private final Rounds<OptimSpec, OptimMeasurement> rounds;

  /**
   * A bench.
   *
   * @param runner usually an {@link OptimRunner}
   * @param progress is told each result as it comes, one line each
   */
  public OptimBench(Rounds.Runner<OptimSpec, OptimMeasurement> runner, Consumer<String> progress) {
    rounds =
        new Rounds<>(
            runner,
            measured -> String.format(Locale.ROOT, "%.2f ms", Statistics.median(measured.stepMs())),
            progress);
  }

  /**
   * All combinations of rules and programs that exist.
   *
   * @param pythons labels of those in which peers run
   */
  public static List<OptimSpec> specs(
      List<OptimRule> rules, List<OptimProgram> programs, List<String> pythons) {
    List<OptimSpec> specs = new ArrayList<>();
    for (OptimRule rule : rules) {
      for (OptimProgram program : programs) {
        if (program.has(rule)) {
          (program.isPeer() ? pythons : List.of(""))
              .forEach(python -> specs.add(new OptimSpec(rule, program, python)));
        }
      }
    }
    return specs;
  }

  /** One row for each of {@code specs}, in their order, also for those that failed. */
  public List<OptimRow> run(List<OptimSpec> specs, OptimSettings settings, int count)
      throws InterruptedException {
    Map<OptimSpec, Outcome<OptimMeasurement>> measured = rounds.run(specs, count);
    List<OptimRow> rows = new ArrayList<>();
    measured.forEach(
        (spec, outcome) ->
            rows.add(
                new OptimRow(
                    spec,
                    settings,
                    outcome.error().isPresent()
                        ? Optional.empty()
                        : Optional.of(OptimRow.Figures.of(outcome.rounds())),
                    outcome.error(),
                    share(spec, outcome, measured))));
    return rows;
  }

  private static Optional<OptimRow.Share> share(
      OptimSpec spec,
      Outcome<OptimMeasurement> outcome,
      Map<OptimSpec, Outcome<OptimMeasurement>> all) {
    Outcome<OptimMeasurement> kitbag = all.get(new OptimSpec(spec.rule(), OptimProgram.KITBAG, ""));
    if (spec.program() == OptimProgram.KITBAG
        || kitbag == null
        || kitbag.error().isPresent()
        || outcome.error().isPresent()) {
      return Optional.empty();
    }
    return Optional.of(OptimRow.Share.of(kitbag.rounds(), outcome.rounds()));
  }
}
