package io.kitbag.bench.startup;

import io.kitbag.bench.step.Task;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;

/** What a process is asked. */
record StartupQuestion(
    Task task,
    String model,
    int classes,
    int imageSize,
    int batch,
    ComputeType precision,
    Layout layout,
    int threads) {

  static StartupQuestion of(StartupSpec spec, StartupSettings settings) {
    return new StartupQuestion(
        spec.task(),
        settings.model(),
        settings.classes(),
        settings.imageSize(),
        settings.batch(),
        settings.precision(),
        settings.layout(),
        settings.threads());
  }
}
