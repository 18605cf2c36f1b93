package io.kitbag.bench.step;

import io.kitbag.precision.OperatorProfile;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one step spends its time on, from a profiled step after the timed ones.
 *
 * @param shares of the time in operators, 0 to 1, adding up to 1; empty where time in operators
 *     says nothing, as on a GPU, which works while the processor goes on
 */
public record StepProfile(Map<OperatorKind, Double> shares) {

  public StepProfile {
    shares = shares.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(shares));
  }

  static StepProfile none() {
    return new StepProfile(Map.of());
  }

  static StepProfile of(OperatorProfile profile) {
    Map<String, Double> selfMs = new LinkedHashMap<>();
    profile.operators().forEach(operator -> selfMs.put(operator.name(), operator.selfMs()));
    return of(selfMs);
  }

  /**
   * From the time in each operator, without that of the operators it calls, by the operator's name.
   */
  static StepProfile of(Map<String, Double> selfMs) {
    Map<OperatorKind, Double> shares = new EnumMap<>(OperatorKind.class);
    double total = selfMs.values().stream().mapToDouble(Double::doubleValue).sum();
    selfMs.forEach((name, ms) -> shares.merge(OperatorKind.of(name), ms / total, Double::sum));
    return new StepProfile(shares);
  }

  /** The kinds that take most, the largest first. */
  public List<Map.Entry<OperatorKind, Double>> largest(int count) {
    return shares.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(count)
        .toList();
  }
}
