package io.kitbag.bench.optim;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What one process measured.
 *
 * @param stepMs the timed steps
 * @param moved of each parameter, after the steps to warm up
 * @param peakMemoryKiB the most resident memory of the process; -1 where the system does not tell
 * @param engine name and version
 */
public record OptimMeasurement(
    List<Double> stepMs, List<Moved> moved, long peakMemoryKiB, String engine) {

  /**
   * How far a parameter has come from its first values.
   *
   * @param alternating sum of the changes of its values, every second one subtracted: a plain sum
   *     would add up what rounding does to all alike
   * @param norm root of the sum of their squares
   */
  public record Moved(String name, double alternating, double norm) {}

  public OptimMeasurement {
    stepMs = List.copyOf(stepMs);
    moved = List.copyOf(moved);
  }

  /**
   * The largest difference between the ways of a parameter here and there, relative to the length
   * of the way there.
   */
  double differenceFrom(OptimMeasurement other) {
    Map<String, Moved> theirs =
        other.moved.stream().collect(Collectors.toMap(Moved::name, Function.identity()));
    double largest = 0;
    for (Moved here : moved) {
      Moved there = theirs.get(here.name());
      if (there == null) {
        throw new IllegalArgumentException("the other has no parameter " + here.name());
      }
      // The sum may be small beside its terms; its error is not.
      double error =
          Math.max(
              Math.abs(here.norm() - there.norm()),
              Math.abs(here.alternating() - there.alternating()));
      largest = Math.max(largest, error / there.norm());
    }
    return largest;
  }
}
