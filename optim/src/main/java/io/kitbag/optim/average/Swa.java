package io.kitbag.optim.average;

import java.util.OptionalDouble;

/**
 * Stochastic weight averaging (arXiv 1803.05407): the equal average of the weights after steps
 * start + n, start + 2n, …
 *
 * <p>The average of weights has no running statistics of its own, so batch norm's must be estimated
 * anew before it is used ({@link #needsStatistics}), as {@code torch.optim.swa_utils.update_bn}
 * does.
 *
 * @param from steps before which nothing is averaged; the paper averages the last quarter of the
 *     run
 * @param every n, at least 1: the steps of an epoch in the paper, or of a cycle of the learning
 *     rate
 */
public record Swa(long from, long every) implements AveragingRule {

  public Swa {
    if (from < 0 || every < 1) {
      throw new IllegalArgumentException(
          "SWA needs from of at least 0 and every of at least 1, not from=%d, every=%d"
              .formatted(from, every));
    }
  }

  @Override
  public OptionalDouble share(long steps) {
    long since = steps - from;
    return since > 0 && since % every == 0
        ? OptionalDouble.of(1.0 / (since / every))
        : OptionalDouble.empty();
  }

  @Override
  public long start() {
    return from + every;
  }

  @Override
  public boolean needsStatistics() {
    return true;
  }
}
