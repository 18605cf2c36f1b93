package io.kitbag.bench;

import io.kitbag.bench.step.Baseline;
import io.kitbag.bench.step.Execution;
import io.kitbag.bench.step.Labels;
import io.kitbag.bench.step.Machine;
import io.kitbag.bench.step.MallocChoice;
import io.kitbag.bench.step.OptimizerChoice;
import io.kitbag.bench.step.StepRow;
import io.kitbag.bench.step.StepSpec;
import io.kitbag.bench.step.Task;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kitbag bench eval}. */
@Command(
    name = "eval",
    description = "Measures what evaluating one batch costs: time, images/s and peak memory.",
    sortOptions = false)
final class EvalBenchCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Mixin private StepOptions options;

  @Option(
      names = "--execution",
      split = ",",
      defaultValue = "compiled,plain,plain-keeping",
      description =
          "compiled, plain, plain-keeping (as stock DJL); plain ones run fp32 nchw only. Default: ${DEFAULT-VALUE}.")
  private List<String> executions;

  @Option(
      names = "--malloc",
      defaultValue = "auto",
      description =
          "tuned, system, both, or auto: system for plain-keeping, tuned for the rest. Default: ${DEFAULT-VALUE}.")
  private String malloc;

  @Option(
      names = "--baseline",
      description =
          "What speed-up and memory refer to: execution/precision/layout/malloc."
              + " Default: plain-keeping/fp32/nchw/system if measured.")
  private @Nullable String baseline;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = command.commandLine().getErr();
    Machine machine = StepOptions.machine(err);
    List<StepRow> rows;
    try {
      List<StepSpec> specs =
          options
              .sweep(
                  StepOptions.parse(Execution.class, "execution", executions),
                  Labels.parse(MallocChoice.class, "malloc", malloc))
              .specs();
      rows =
          options
              .bench(err)
              .run(
                  specs,
                  options.settings(Task.EVAL, OptimizerChoice.NONE),
                  options.rounds(),
                  Baseline.among(specs, baseline));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
    return StepReport.print(command.commandLine(), machine, rows, List.of(), options.json());
  }
}
