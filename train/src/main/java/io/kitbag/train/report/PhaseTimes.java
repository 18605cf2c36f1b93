package io.kitbag.train.report;

import java.util.Arrays;
import java.util.List;

/**
 * The time of a run's phases, and of all of it, summed over the processes it took: each of them
 * counts from zero.
 */
final class PhaseTimes {

  /** As the lines of the log call them, without {@code Seconds}. */
  static final List<String> PHASES = List.of("data", "forward", "backward", "optimizer");

  private final double[] earlier = new double[PHASES.size()];
  private double[] latest = new double[PHASES.size()];
  private double earlierSeconds;
  private double latestSeconds;
  private boolean wholeIsKnown;

  /** Another process goes on from here. */
  void processBegins() {
    for (int i = 0; i < earlier.length; i++) {
      earlier[i] += latest[i];
    }
    latest = new double[PHASES.size()];
    earlierSeconds += latestSeconds;
    latestSeconds = 0;
  }

  /**
   * What a process has measured so far.
   *
   * @return whether it must be another one than before, as no time runs backwards
   */
  boolean measured(double[] seconds) {
    boolean another = false;
    for (int i = 0; i < seconds.length; i++) {
      another |= seconds[i] < latest[i];
    }
    if (another) {
      processBegins();
    }
    for (int i = 0; i < seconds.length; i++) {
      latest[i] = Double.isNaN(seconds[i]) ? latest[i] : seconds[i];
    }
    latestSeconds = Math.max(latestSeconds, Arrays.stream(latest).sum());
    return another;
  }

  /** All the time that the process has taken; NaN if that is not known. */
  void whole(double seconds) {
    if (!Double.isNaN(seconds)) {
      latestSeconds = Math.max(latestSeconds, seconds);
      wholeIsKnown = true;
    }
  }

  /** Of one of {@link #PHASES}. */
  double seconds(int phase) {
    return earlier[phase] + latest[phase];
  }

  /** Of all phases. */
  double stepSeconds() {
    return Arrays.stream(earlier).sum() + Arrays.stream(latest).sum();
  }

  /** Of the whole run; of a process that was killed, as far as the log tells. */
  double seconds() {
    return earlierSeconds + latestSeconds;
  }

  /** Whether {@link #seconds()} has more in it than the steps. */
  boolean wholeIsKnown() {
    return wholeIsKnown;
  }
}
