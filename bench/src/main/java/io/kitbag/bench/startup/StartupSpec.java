package io.kitbag.bench.startup;

import io.kitbag.bench.step.Labels;
import io.kitbag.bench.step.Task;

/**
 * One configuration.
 *
 * @param python label of the Python in which PyTorch runs; empty for Kitbag
 */
public record StartupSpec(Task task, String python) {

  /** Whether it is another program than Kitbag. */
  public boolean isPeer() {
    return !python.isEmpty();
  }

  /** Such as {@code kitbag} or {@code torch@2.0.1}. */
  public String programLabel() {
    return isPeer() ? "torch@" + python : "kitbag";
  }

  @Override
  public String toString() {
    return Labels.of(task) + " " + programLabel();
  }
}
