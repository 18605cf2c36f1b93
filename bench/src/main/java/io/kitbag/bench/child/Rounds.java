package io.kitbag.bench.child;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Measures configurations in rounds: A B C A B C …, so that what slows the machine for a while
 * slows all of them. A configuration that failed once is not tried again.
 *
 * @param <S> a configuration; equal ones are measured once
 * @param <M> what a round says of one
 */
public final class Rounds<S, M> {

  /** Measures one configuration once. */
  @FunctionalInterface
  public interface Runner<S, M> {

    /**
     * @throws ChildException if the configuration cannot be measured
     */
    M run(S spec) throws ChildException, InterruptedException;
  }

  /**
   * What was measured of a configuration.
   *
   * @param rounds one for each round; fewer if it failed
   * @param error why it failed
   */
  public record Outcome<M>(List<M> rounds, Optional<String> error) {

    public Outcome {
      rounds = List.copyOf(rounds);
    }
  }

  private final Runner<S, M> runner;
  private final Function<M, String> told;
  private final Consumer<String> progress;

  /**
   * Rounds.
   *
   * @param told a measurement in a word or two
   * @param progress is told each result as it comes, one line each
   */
  public Rounds(Runner<S, M> runner, Function<M, String> told, Consumer<String> progress) {
    this.runner = runner;
    this.told = told;
    this.progress = progress;
  }

  /** Measures each of {@code specs} so many times; the result is in their order. */
  public Map<S, Outcome<M>> run(List<S> specs, int rounds) throws InterruptedException {
    Map<S, List<M>> measured = new LinkedHashMap<>();
    specs.forEach(spec -> measured.put(spec, new ArrayList<>()));
    Map<S, String> errors = new LinkedHashMap<>();
    for (int round = 1; round <= rounds; round++) {
      for (S spec : measured.keySet()) {
        if (!errors.containsKey(spec)) {
          String result;
          try {
            M measurement = runner.run(spec);
            measured.get(spec).add(measurement);
            result = told.apply(measurement);
          } catch (ChildException e) {
            errors.put(spec, e.getMessage());
            result = "failed: " + e.getMessage();
          }
          progress.accept("round %d/%d  %s  %s".formatted(round, rounds, spec, result));
        }
      }
    }
    Map<S, Outcome<M>> outcomes = new LinkedHashMap<>();
    measured.forEach(
        (spec, results) ->
            outcomes.put(spec, new Outcome<>(results, Optional.ofNullable(errors.get(spec)))));
    return outcomes;
  }
}
