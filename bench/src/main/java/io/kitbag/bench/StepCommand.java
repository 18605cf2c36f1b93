package io.kitbag.bench;

import io.kitbag.bench.step.Task;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kitbag bench step}. */
@Command(
    name = "step",
    description = "Measures what one training step costs: time, images/s and peak memory.",
    sortOptions = false)
final class StepCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Mixin private ExecutionOptions options;

  @Option(
      names = "--optimizer",
      defaultValue = "kitbag",
      description =
          "kitbag, djl (its SGD loop) or none, for all executions alike. Default: ${DEFAULT-VALUE}.")
  private String optimizer;

  @Override
  public Integer call() throws InterruptedException {
    return options.measure(command.commandLine(), Task.TRAIN, optimizer);
  }
}
