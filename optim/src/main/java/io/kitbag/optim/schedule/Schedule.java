package io.kitbag.optim.schedule;

/** The learning rate of every optimizer step: a pure function, hence safe for any thread. */
public interface Schedule {

  /**
   * The learning rate of a step.
   *
   * @param step 0 for the first update of the run; past its end a schedule keeps its last value
   * @throws IllegalArgumentException if the step is negative
   */
  double at(long step);

  /** Starts from a learning rate that is reached after warm-up, if any: see {@link Peak}. */
  static Peak peak(double rate) {
    return new Peak(rate, 0, WarmUp.PAPER);
  }

  /**
   * Starts from a rate that grows with the batch: {@code base · batch / 256} (arXiv 1812.01187
   * §3.1, where base is 0.1).
   *
   * @param batch images per optimizer step, over all devices and accumulated batches
   */
  static Peak linearScaled(double base, int batch) {
    Checks.requireBatch(batch);
    return peak(base * batch / 256);
  }

  /**
   * Starts from a rate that grows with the root of the batch, {@code base · √(batch / 256)}, as
   * timm's {@code lr-base-scale sqrt}: for optimizers in Adam's family (arXiv 2205.10287).
   *
   * @param batch images per optimizer step, over all devices and accumulated batches
   */
  static Peak squareRootScaled(double base, int batch) {
    Checks.requireBatch(batch);
    return peak(base * Math.sqrt(batch / 256.0));
  }

  /** The same rate for ever. */
  static Schedule constant(double rate) {
    return new Constant(rate);
  }
}
