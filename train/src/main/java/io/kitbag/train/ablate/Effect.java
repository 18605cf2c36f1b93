package io.kitbag.train.ablate;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A mean difference between two variants whose runs are paired by seed, with the half-width of its
 * 95 % confidence interval by Student's t distribution (the paired t-test turned around).
 *
 * <p>Runs of one seed begin with the same draws, so that what a lucky seed gives both cancels out.
 *
 * @param mean of the differences
 * @param halfWidth of the interval around it; empty for fewer than two pairs
 * @param pairs how many seeds both variants have
 */
public record Effect(double mean, OptionalDouble halfWidth, int pairs) {

  private static final double UPPER = 0.975;

  /** Whether the interval leaves out zero, and on which side. */
  public enum Verdict {
    HELPS,
    HURTS,
    UNCLEAR
  }

  /**
   * Of differences, one for each seed.
   *
   * @throws IllegalArgumentException if there are none
   */
  public static Effect of(double... differences) {
    int n = differences.length;
    if (n == 0) {
      throw new IllegalArgumentException("an effect needs at least one pair of runs");
    }
    double mean = Arrays.stream(differences).average().orElseThrow();
    if (n == 1) {
      return new Effect(mean, OptionalDouble.empty(), n);
    }
    double squares = Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).sum();
    double error = Math.sqrt(squares / (n - 1) / n);
    double quantile = TDistribution.of(n - 1).inverseCumulativeProbability(UPPER);
    return new Effect(mean, OptionalDouble.of(quantile * error), n);
  }

  public Verdict verdict() {
    if (halfWidth.isEmpty() || Math.abs(mean) <= halfWidth.getAsDouble()) {
      return Verdict.UNCLEAR;
    }
    return mean > 0 ? Verdict.HELPS : Verdict.HURTS;
  }
}
