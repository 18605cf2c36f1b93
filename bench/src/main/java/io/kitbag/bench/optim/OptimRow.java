package io.kitbag.bench.optim;

import io.kitbag.bench.step.Ratio;
import io.kitbag.bench.step.Statistics;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One configuration's result.
 *
 * @param figures empty if it could not be measured
 * @param error why it could not be measured
 * @param kitbag what Kitbag takes of what this program takes for the same rule; empty if one of the
 *     two could not be measured, and in Kitbag's own row
 */
public record OptimRow(
    OptimSpec spec,
    OptimSettings settings,
    Optional<Figures> figures,
    Optional<String> error,
    Optional<Share> kitbag) {

  private static final double KIB_PER_MIB = 1024;

  /**
   * What the rounds say together; each counts with the median of its steps.
   *
   * @param peakMemoryMiB of the round that needed most; -1 where the system does not tell
   * @param engine name and version
   */
  public record Figures(
      List<Double> roundMs,
      double medianMs,
      double minMs,
      double maxMs,
      double peakMemoryMiB,
      String engine) {

    public Figures {
      roundMs = List.copyOf(roundMs);
    }

    static Figures of(List<OptimMeasurement> rounds) {
      List<Double> roundMs =
          rounds.stream().map(round -> Statistics.median(round.stepMs())).toList();
      long kib = rounds.stream().mapToLong(OptimMeasurement::peakMemoryKiB).max().orElse(-1);
      return new Figures(
          roundMs,
          Statistics.median(roundMs),
          Collections.min(roundMs),
          Collections.max(roundMs),
          kib < 0 ? kib : kib / KIB_PER_MIB,
          rounds.get(0).engine());
    }
  }

  /**
   * Ratios, below 1 where Kitbag takes less.
   *
   * @param time Kitbag's over the other's
   * @param memory of the peak memories
   * @param difference between the weights after the first steps, relative to how far they have
   *     moved: the largest of all parameters
   */
  public record Share(Ratio time, OptionalDouble memory, double difference) {

    static Share of(List<OptimMeasurement> kitbag, List<OptimMeasurement> other) {
      Figures ours = Figures.of(kitbag);
      Figures theirs = Figures.of(other);
      return new Share(
          Ratio.of(ours.roundMs(), theirs.roundMs()),
          ours.peakMemoryMiB() > 0 && theirs.peakMemoryMiB() > 0
              ? OptionalDouble.of(ours.peakMemoryMiB() / theirs.peakMemoryMiB())
              : OptionalDouble.empty(),
          kitbag.get(0).differenceFrom(other.get(0)));
    }
  }
}
