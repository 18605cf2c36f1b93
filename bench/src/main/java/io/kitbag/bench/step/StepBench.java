package io.kitbag.bench.step;

import io.kitbag.bench.child.ChildException;
import io.kitbag.bench.child.Rounds;
import io.kitbag.bench.child.Rounds.Outcome;
import io.kitbag.models.Network;
import io.kitbag.models.NetworkSummary;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.precision.ComputeType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** Measures configurations of a step in {@link Rounds}, and compares them. */
public final class StepBench {

  private final StepRunner runner;
  private final Consumer<String> progress;

  /**
   * A bench.
   *
   * @param runner usually a {@link ChildJvm}
   * @param progress is told each result as it comes, one line each
   */
  public StepBench(StepRunner runner, Consumer<String> progress) {
    this.runner = runner;
    this.progress = progress;
  }

  /**
   * Measures.
   *
   * @param specs in the order of the rows
   * @param baseline what ratios refer to; rows have none if it is not among {@code specs}
   * @return one row for each of {@code specs}, also for those that failed
   * @throws IllegalArgumentException before anything is run, if a network does not exist or the
   *     images do not fit it
   */
  public List<StepRow> run(
      List<StepSpec> specs, StepSettings settings, int rounds, Baseline baseline)
      throws InterruptedException {
    Map<StepSpec, NetworkSummary> summaries = new HashMap<>();
    for (StepSpec spec : specs) {
      Network network = Zoo.network(spec.model(), ZooOptions.classes(spec.classes()));
      summaries.put(spec, network.summary(spec.imageSize(), spec.imageSize()));
    }
    Map<StepSpec, Outcome<StepMeasurement>> measured =
        new Rounds<>((StepSpec spec) -> measure(spec, settings), StepBench::told, progress)
            .run(specs, rounds);
    List<StepRow> rows = new ArrayList<>();
    measured.forEach(
        (spec, outcome) ->
            rows.add(
                new StepRow(
                    spec,
                    settings,
                    summaries.get(spec).parameters(),
                    summaries.get(spec).macs(),
                    outcome.error().isPresent()
                        ? Optional.empty()
                        : Optional.of(StepFigures.of(outcome.rounds())),
                    outcome.error(),
                    OptionalDouble.empty(),
                    StepRow.Comparison.none())));
    return rows.stream().map(row -> compared(row, rows, baseline)).toList();
  }

  private StepMeasurement measure(StepSpec spec, StepSettings settings)
      throws ChildException, InterruptedException {
    ChildReply reply = runner.run(new ChildRequest(spec, settings));
    if (reply.measurement() == null) {
      throw new ChildException(String.valueOf(reply.error()));
    }
    return reply.measurement();
  }

  private static String told(StepMeasurement measurement) {
    return "%.1f ms".formatted(StepFigures.of(List.of(measurement)).medianMs());
  }

  private static StepRow compared(StepRow row, List<StepRow> all, Baseline baseline) {
    if (row.figures().isEmpty()) {
      return row;
    }
    List<StepRow> sameWork =
        all.stream()
            .filter(other -> other.figures().isPresent() && other.spec().isSameWorkAs(row.spec()))
            .toList();
    Optional<StepFigures> base =
        first(sameWork, other -> baseline.matches(other.spec())).flatMap(StepRow::figures);
    Optional<StepFigures> oracle =
        first(sameWork, other -> other.spec().execution().isPlain())
            .or(() -> first(sameWork, StepBench::isTorchInFp32))
            .flatMap(StepRow::figures);
    return row.withComparison(
        StepRow.Comparison.of(row.figures().get(), base, oracle, PeerRatio.of(row, sameWork)));
  }

  private static boolean isTorchInFp32(StepRow row) {
    return row.spec().execution() == Execution.TORCH
        && row.spec().precision() == ComputeType.FP32
        && row.figures().flatMap(StepFigures::numerics).isEmpty();
  }

  private static Optional<StepRow> first(List<StepRow> rows, Predicate<StepRow> condition) {
    return rows.stream().filter(condition).findFirst();
  }
}
