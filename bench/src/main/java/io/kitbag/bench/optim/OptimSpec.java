package io.kitbag.bench.optim;

import io.kitbag.bench.step.Labels;

/**
 * One configuration.
 *
 * @param python label of the Python in which a peer runs; empty for Kitbag and DJL
 */
public record OptimSpec(OptimRule rule, OptimProgram program, String python) {

  public OptimSpec {
    if (program.isPeer() == python.isEmpty()) {
      throw new IllegalArgumentException(
          "program %s with Python '%s': a peer has one, Kitbag and DJL have none"
              .formatted(program.label(), python));
    }
  }

  /** Such as {@code kitbag} or {@code torch-foreach@2.0.1}. */
  public String programLabel() {
    return program.label() + (python.isEmpty() ? "" : "@" + python);
  }

  @Override
  public String toString() {
    return Labels.of(rule) + " " + programLabel();
  }
}
