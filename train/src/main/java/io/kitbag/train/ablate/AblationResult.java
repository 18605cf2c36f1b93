package io.kitbag.train.ablate;

import io.kitbag.train.ablate.AblationRun.Outcome;
import io.kitbag.train.ablate.Variant.Comparison;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * What an ablation came to, or has come to so far.
 *
 * @param plan what was asked for
 * @param runs those that are done, in any order
 */
public record AblationResult(AblationPlan plan, List<AblationRun> runs) {

  public AblationResult {
    runs = List.copyOf(runs);
  }

  /** Whether every variant was trained with every seed. */
  public boolean isComplete() {
    return runs.size() == plan.runs();
  }

  /** The variants that have a run, in the order of the plan. */
  public List<AblationRow> rows() {
    return plan.variants().stream()
        .filter(variant -> runs.stream().anyMatch(run -> isOf(run, variant)))
        .map(this::row)
        .toList();
  }

  private AblationRow row(Variant variant) {
    List<Outcome> outcomes =
        runs.stream()
            .filter(run -> isOf(run, variant))
            .flatMap(run -> run.outcome().stream())
            .toList();
    long all = runs.stream().filter(run -> isOf(run, variant)).count();
    OptionalDouble mean = outcomes.stream().mapToDouble(Outcome::top1).average();
    double squares =
        outcomes.stream().mapToDouble(each -> square(each.top1() - mean.orElseThrow())).sum();
    return new AblationRow(
        variant,
        outcomes.size(),
        Math.toIntExact(all) - outcomes.size(),
        mean,
        outcomes.size() < 2
            ? OptionalDouble.empty()
            : OptionalDouble.of(Math.sqrt(squares / (outcomes.size() - 1))),
        outcomes.stream().flatMapToDouble(each -> each.seconds().stream()).average(),
        variant.comparison().flatMap(comparison -> worth(variant, comparison)));
  }

  private static boolean isOf(AblationRun run, Variant variant) {
    return run.variant().equals(variant.name());
  }

  private static double square(double value) {
    return value * value;
  }

  private Optional<Effect> worth(Variant variant, Comparison comparison) {
    Map<Long, Double> own = top1BySeed(variant.name());
    Map<Long, Double> reference = top1BySeed(comparison.reference());
    double[] differences =
        own.entrySet().stream()
            .filter(entry -> reference.containsKey(entry.getKey()))
            .mapToDouble(entry -> entry.getValue() - reference.get(entry.getKey()))
            .map(difference -> comparison.leavesOut() ? -difference : difference)
            .toArray();
    return differences.length == 0 ? Optional.empty() : Optional.of(Effect.of(differences));
  }

  /** Of the runs that came to their end. */
  private Map<Long, Double> top1BySeed(String variant) {
    Map<Long, Double> top1 = new TreeMap<>();
    for (AblationRun run : runs) {
      if (run.variant().equals(variant)) {
        run.outcome().ifPresent(outcome -> top1.put(run.seed(), outcome.top1()));
      }
    }
    return top1;
  }
}
