package io.kitbag.train.loop;

import java.util.List;

/**
 * A step that was left out because gradients were not finite.
 *
 * @param lossScale what the loss was multiplied by
 * @param nextLossScale what it will be multiplied by
 * @param tensors the parameters whose gradients overflowed, in the order of the network
 * @param parameters how many there are
 */
record SkippedStep(double lossScale, double nextLossScale, List<String> tensors, int parameters) {

  /** More names help nobody: an overflow runs through all layers before the first one. */
  private static final int NAMES = 3;

  SkippedStep {
    tensors = List.copyOf(tensors);
  }

  /** The last tensors in the network's order are where the backward pass met the overflow. */
  String names() {
    int first = Math.max(0, tensors.size() - NAMES);
    return (first > 0 ? "…, " : "") + String.join(", ", tensors.subList(first, tensors.size()));
  }

  @Override
  public String toString() {
    return "gradients of %d of %d tensors are not finite at loss scale %s (%s); the next is %s"
        .formatted(tensors.size(), parameters, lossScale, names(), nextLossScale);
  }
}
