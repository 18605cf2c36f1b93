package io.kitbag.train.doctor;

import io.kitbag.train.doctor.DoctorReport.StepTime;
import io.kitbag.train.telemetry.Meters;
import io.kitbag.train.telemetry.Meters.Phase;
import java.util.EnumMap;
import java.util.Map;

/** Adds up what the meters say about steps; looking into a step is not in them. */
final class StepClock {

  private final Meters meters;
  private final Map<Phase, Long> last = new EnumMap<>(Phase.class);
  private final Map<Phase, Long> sums = new EnumMap<>(Phase.class);
  private int steps;

  StepClock(Meters meters) {
    this.meters = meters;
  }

  /** A step ended; it counts unless it was the first, which is slower. */
  void stepDone(boolean counts) {
    for (Phase phase : Phase.values()) {
      long now = meters.total(phase).toNanos();
      if (counts) {
        sums.merge(phase, now - last.getOrDefault(phase, 0L), Long::sum);
      }
      last.put(phase, now);
    }
    steps += counts ? 1 : 0;
  }

  StepTime report() {
    double data = mean(Phase.DATA);
    double forward = mean(Phase.FORWARD);
    double backward = mean(Phase.BACKWARD);
    double optimizer = mean(Phase.OPTIMIZER);
    return new StepTime(
        data + forward + backward + optimizer, data, forward, backward, optimizer, steps);
  }

  private double mean(Phase phase) {
    return sums.getOrDefault(phase, 0L) / 1e9 / Math.max(1, steps);
  }
}
