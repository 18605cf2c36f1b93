package io.kitbag.bench.startup;

import io.kitbag.bench.step.Ratio;
import io.kitbag.bench.step.Statistics;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One configuration's result.
 *
 * @param figures empty if it could not be measured
 * @param error why it could not be measured
 * @param kitbag Kitbag's whole time over this program's; empty if one of the two could not be
 *     measured, and in Kitbag's own row
 */
public record StartupRow(
    StartupSpec spec,
    StartupSettings settings,
    Optional<Figures> figures,
    Optional<String> error,
    Optional<Ratio> kitbag) {

  private static final double KIB_PER_MIB = 1024;

  /**
   * What the rounds say together.
   *
   * @param roundMs the whole time of each round
   * @param phasesMs medians; they need not add up to {@code medianMs} exactly
   * @param peakMemoryMiB of the round that needed most; -1 where the system does not tell
   * @param engine name and version
   */
  public record Figures(
      List<Double> roundMs,
      double medianMs,
      double minMs,
      double maxMs,
      Map<Phase, Double> phasesMs,
      double peakMemoryMiB,
      String engine) {

    public Figures {
      roundMs = List.copyOf(roundMs);
      phasesMs = Collections.unmodifiableMap(new EnumMap<>(phasesMs));
    }

    static Figures of(List<StartupMeasurement> rounds) {
      List<Double> roundMs = rounds.stream().map(StartupMeasurement::totalMs).toList();
      Map<Phase, Double> phases = new EnumMap<>(Phase.class);
      for (Phase phase : rounds.get(0).phasesMs().keySet()) {
        phases.put(
            phase,
            Statistics.median(rounds.stream().map(round -> round.phasesMs().get(phase)).toList()));
      }
      long kib = rounds.stream().mapToLong(StartupMeasurement::peakMemoryKiB).max().orElse(-1);
      return new Figures(
          roundMs,
          Statistics.median(roundMs),
          Collections.min(roundMs),
          Collections.max(roundMs),
          phases,
          kib < 0 ? kib : kib / KIB_PER_MIB,
          rounds.get(0).engine());
    }
  }
}
