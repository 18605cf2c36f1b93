package io.kitbag.bench.step;

/** What updates the parameters at the end of a step, alike for all executions of a run. */
public enum OptimizerChoice {
  /** Kitbag's NAG, one native call per step. */
  KITBAG,
  /** DJL's SGD with momentum, some six native calls per parameter. */
  DJL,
  /** Nothing: forward and backward only. */
  NONE
}
