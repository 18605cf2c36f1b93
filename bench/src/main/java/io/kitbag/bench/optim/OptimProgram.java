package io.kitbag.bench.optim;

import io.kitbag.bench.step.Labels;

/** Who takes the step. */
public enum OptimProgram {
  /** One native call for all parameters. */
  KITBAG,
  /** DJL's optimizer, parameter by parameter, with the system's allocator. */
  DJL,
  /** PyTorch's multi-tensor form: one operation after the other over all parameters. */
  TORCH_FOREACH,
  /** PyTorch's loop in Python: all operations on one parameter after the other. */
  TORCH_LOOP,
  /** PyTorch's own kernels for a whole step, where a version has them. */
  TORCH_FUSED;

  /** Whether it runs in Python. */
  public boolean isPeer() {
    return this != KITBAG && this != DJL;
  }

  /** Whether it has the rule. */
  boolean has(OptimRule rule) {
    return switch (this) {
      case KITBAG -> true;
      case DJL -> rule.djl().isPresent();
      case TORCH_FOREACH, TORCH_LOOP, TORCH_FUSED -> rule.isInTorch();
    };
  }

  /** The name on the command line and in reports. */
  public String label() {
    return Labels.of(this).replace('_', '-');
  }
}
