package io.kitbag.bench.step;

import io.kitbag.models.Network;
import io.kitbag.models.NetworkSummary;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;

/**
 * Measures configurations in rounds: A B C A B C …, so that what slows the machine for a while
 * slows all of them. A configuration that failed once is not tried again.
 */
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
    Map<StepSpec, List<StepMeasurement>> measured = new LinkedHashMap<>();
    specs.forEach(spec -> measured.put(spec, new ArrayList<>()));
    Map<StepSpec, String> errors = new HashMap<>();
    for (int round = 1; round <= rounds; round++) {
      for (StepSpec spec : measured.keySet()) {
        if (!errors.containsKey(spec)) {
          ChildReply reply = runner.run(new ChildRequest(spec, settings));
          if (reply.measurement() != null) {
            measured.get(spec).add(reply.measurement());
          } else {
            errors.put(spec, String.valueOf(reply.error()));
          }
          progress.accept("round %d/%d  %s  %s".formatted(round, rounds, spec, told(reply)));
        }
      }
    }
    List<StepRow> rows = new ArrayList<>();
    measured.forEach(
        (spec, results) ->
            rows.add(
                new StepRow(
                    spec,
                    settings,
                    summaries.get(spec).parameters(),
                    summaries.get(spec).macs(),
                    errors.containsKey(spec)
                        ? Optional.empty()
                        : Optional.of(StepFigures.of(results)),
                    Optional.ofNullable(errors.get(spec)),
                    OptionalDouble.empty(),
                    StepRow.Comparison.none())));
    return rows.stream().map(row -> compared(row, rows, baseline)).toList();
  }

  private static String told(ChildReply reply) {
    return reply.measurement() == null
        ? "failed: " + reply.error()
        : "%.1f ms".formatted(StepFigures.of(List.of(reply.measurement())).medianMs());
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
        sameWork.stream()
            .filter(other -> baseline.matches(other.spec()))
            .findFirst()
            .flatMap(StepRow::figures);
    Optional<StepFigures> plain =
        sameWork.stream()
            .filter(other -> other.spec().execution().isPlain())
            .findFirst()
            .flatMap(StepRow::figures);
    return row.withComparison(StepRow.Comparison.of(row.figures().get(), base, plain));
  }
}
