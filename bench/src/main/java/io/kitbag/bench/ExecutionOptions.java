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
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** The options of the commands that compare executions, and what these commands do. */
final class ExecutionOptions {

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

  /**
   * Measures all combinations and prints them.
   *
   * @param optimizer as {@link OptimizerChoice} is called on the command line
   * @return the exit code
   * @throws ParameterException if an option does not fit
   */
  int measure(CommandLine commandLine, Task task, String optimizer) throws InterruptedException {
    PrintWriter err = commandLine.getErr();
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
                  options.settings(
                      task, Labels.parse(OptimizerChoice.class, "optimizer", optimizer)),
                  options.rounds(),
                  Baseline.among(specs, baseline));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(commandLine, e.getMessage(), e);
    }
    return StepReport.print(commandLine, machine, rows, List.of(), options.json());
  }
}
