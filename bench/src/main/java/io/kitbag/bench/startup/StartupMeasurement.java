package io.kitbag.bench.startup;

import java.util.Map;

/**
 * What one process measured.
 *
 * @param phasesMs how long each phase took; a phase that a program does not have is absent
 * @param peakMemoryKiB the most resident memory of the process; -1 where the system does not tell
 * @param engine name and version
 */
public record StartupMeasurement(Map<Phase, Double> phasesMs, long peakMemoryKiB, String engine) {

  public StartupMeasurement {
    phasesMs = Map.copyOf(phasesMs);
  }

  /** From the start of the process to the end of the first step. */
  double totalMs() {
    return phasesMs.entrySet().stream()
        .filter(phase -> phase.getKey() != Phase.SECOND)
        .mapToDouble(Map.Entry::getValue)
        .sum();
  }
}
