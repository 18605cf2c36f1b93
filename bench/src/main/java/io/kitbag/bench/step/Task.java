package io.kitbag.bench.step;

/** What a measured step does. */
public enum Task {
  /** Forward, gradients of the weights, gradients of the inputs: one pass each; then an update. */
  TRAIN(3),
  /** Forward with running statistics. */
  EVAL(1);

  private final int passes;

  Task(int passes) {
    this.passes = passes;
  }

  /** How often the network's multiply-adds are computed. */
  int passes() {
    return passes;
  }
}
