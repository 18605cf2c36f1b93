package io.kitbag.bench.pipeline;

import io.kitbag.bench.step.Statistics;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * What was measured of a contender.
 *
 * @param workers threads or processes that load
 * @param rounds in the order in which they were measured
 * @param checks what else is known of it
 * @param error why it could not be measured
 */
public record PipelineRow(
    Contender contender, int workers, List<Round> rounds, Checks checks, Optional<String> error) {

  public PipelineRow {
    rounds = List.copyOf(rounds);
  }

  /**
   * One round.
   *
   * @param images that were loaded
   * @param seconds that it took
   * @param cpuSeconds processor time of it
   */
  public record Round(int images, double seconds, double cpuSeconds) {
    /** Images a second. */
    public double rate() {
      return images / seconds;
    }
  }

  /**
   * What is measured once for all numbers of workers.
   *
   * @param difference mean absolute difference from Pillow's pixels, in levels of 0-255
   * @param bytesPerImage of Java's heap in steady state
   * @param versions what runs
   */
  public record Checks(OptionalDouble difference, OptionalLong bytesPerImage, String versions) {
    static Checks none() {
      return new Checks(OptionalDouble.empty(), OptionalLong.empty(), "");
    }
  }

  /**
   * A quantity of several rounds.
   *
   * @param median the middle one
   * @param least the smallest
   * @param most the largest
   */
  public record Spread(double median, double least, double most) {
    static Spread of(List<Double> values) {
      return new Spread(
          Statistics.median(values),
          values.stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
          values.stream().mapToDouble(Double::doubleValue).max().orElseThrow());
    }
  }

  /** Images a second; empty if nothing was measured. */
  public Optional<Spread> rate() {
    return rounds.isEmpty()
        ? Optional.empty()
        : Optional.of(Spread.of(rounds.stream().map(Round::rate).toList()));
  }

  /** Milliseconds from one image to the next. */
  public Optional<Spread> milliseconds() {
    return rounds.isEmpty()
        ? Optional.empty()
        : Optional.of(Spread.of(rounds.stream().map(round -> 1e3 / round.rate()).toList()));
  }

  /** Milliseconds of processor time for an image, the median of the rounds. */
  public OptionalDouble cpuMs() {
    return rounds.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            Statistics.median(
                rounds.stream().map(round -> 1e3 * round.cpuSeconds() / round.images()).toList()));
  }

  /** How many times as fast as another row this is, round by round. */
  public Optional<Spread> times(PipelineRow other) {
    int common = Math.min(rounds.size(), other.rounds.size());
    return common == 0
        ? Optional.empty()
        : Optional.of(
            Spread.of(
                IntStream.range(0, common)
                    .mapToObj(i -> rounds.get(i).rate() / other.rounds.get(i).rate())
                    .toList()));
  }

  /** This row among others, and what it is compared with. */
  public Optional<Spread> timesAmong(List<PipelineRow> rows, Contender baseline) {
    return rows.stream()
        .filter(row -> row.contender() == baseline && row.workers() == workers)
        .findFirst()
        .flatMap(this::times);
  }

  /** How much more it loads than with the fewest workers that were measured; empty for these. */
  public Optional<Spread> scalingAmong(List<PipelineRow> rows) {
    return rows.stream()
        .filter(row -> row.contender() == contender && row.workers() < workers)
        .findFirst()
        .flatMap(this::times);
  }
}
