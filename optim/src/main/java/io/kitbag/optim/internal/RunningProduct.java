package io.kitbag.optim.internal;

import io.kitbag.optim.UpdateRule;

/**
 * The product of a rule's factors over the steps so far: a function of the step, hence nothing to
 * save, but one that would cost as many multiplications as there were steps.
 */
final class RunningProduct {

  private final UpdateRule rule;
  private double product = 1;
  private long next;

  RunningProduct(UpdateRule rule) {
    this.rule = rule;
  }

  /** The product of the factors of steps 0 to {@code step}, both included. */
  double upTo(long step) {
    if (next > step) {
      next = 0;
      product = 1;
    }
    for (; next <= step; next++) {
      product *= rule.productFactor(next);
    }
    return product;
  }
}
