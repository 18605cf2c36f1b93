package io.kitbag.optim.average;

import java.util.OptionalDouble;

/**
 * Slow weights that the optimizer's fast ones return to: after every k-th step slow ← decay·slow +
 * (1 − decay)·fast, then fast ← slow.
 *
 * <p>The decay after t of T steps is {@code decay · (t/T)^power}. Lookahead (arXiv 1907.08610) has
 * a constant one, 1 − α; airbench's grows with the cube of the run. The optimizer's own state goes
 * on as it is. The slow weights begin as the first ones (timm's begin at the first update). What a
 * run ends with are the slow weights.
 *
 * @param every k, at least 1; 5 in the paper and in airbench
 * @param decay at the end of the run, in [0, 1)
 * @param power ≥ 0; 0 for a constant decay
 * @param total T, the steps of the run, at least 1
 */
public record Lookahead(long every, double decay, double power, long total)
    implements AveragingRule {

  public Lookahead {
    if (every < 1 || total < 1) {
      throw new IllegalArgumentException(
          "every=%d and total=%d steps of Lookahead must be at least 1".formatted(every, total));
    }
    if (!(decay >= 0 && decay < 1 && power >= 0)) {
      throw new IllegalArgumentException(
          "Lookahead needs decay in [0, 1) and power of at least 0, not decay=%s, power=%s"
              .formatted(decay, power));
    }
  }

  /** The paper's: slow ← slow + α·(fast − slow), with k = 5 and α = 0.5 in its experiments. */
  public static Lookahead classic(long every, double alpha) {
    return new Lookahead(every, 1 - alpha, 0, 1);
  }

  /** Keller Jordan's airbench: k = 5, decay 0.95⁵·(t/T)³. */
  public static Lookahead airbench(long total) {
    return new Lookahead(5, Math.pow(0.95, 5), 3, total);
  }

  @Override
  public OptionalDouble share(long steps) {
    if (steps % every != 0) {
      return OptionalDouble.empty();
    }
    double ran = Math.min(1, (double) steps / total);
    return OptionalDouble.of(1 - decay * Math.pow(ran, power));
  }

  @Override
  public long start() {
    return every;
  }

  @Override
  public boolean replacesWeights() {
    return true;
  }
}
