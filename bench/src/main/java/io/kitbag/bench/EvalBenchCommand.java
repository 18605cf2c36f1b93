package io.kitbag.bench;

import io.kitbag.bench.step.Labels;
import io.kitbag.bench.step.OptimizerChoice;
import io.kitbag.bench.step.Task;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kitbag bench eval}. */
@Command(
    name = "eval",
    description = "Measures what evaluating one batch costs: time, images/s and peak memory.",
    sortOptions = false)
final class EvalBenchCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Mixin private ExecutionOptions options;

  @Override
  public Integer call() throws InterruptedException {
    return options.measure(command.commandLine(), Task.EVAL, Labels.of(OptimizerChoice.NONE));
  }
}
