package io.kitbag.bench.step;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How one thing's times relate to another's, measured in the same rounds; below 1 the first takes
 * less. Steadier than the quotient of two medians: what slows a round slows both.
 *
 * @param median of the rounds' quotients
 * @param least the smallest of them
 * @param most the largest
 */
public record Ratio(double median, double least, double most) {

  /**
   * The quotients, round by round.
   *
   * @throws IllegalArgumentException if there are no rounds, or not as many of both
   */
  public static Ratio of(List<Double> times, List<Double> others) {
    if (times.isEmpty() || times.size() != others.size()) {
      throw new IllegalArgumentException(
          "%d rounds cannot be divided by %d".formatted(times.size(), others.size()));
    }
    List<Double> quotients = new ArrayList<>();
    for (int round = 0; round < times.size(); round++) {
      quotients.add(times.get(round) / others.get(round));
    }
    return new Ratio(
        Statistics.median(quotients), Collections.min(quotients), Collections.max(quotients));
  }
}
