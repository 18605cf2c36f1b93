package io.kitbag.bench;

import io.kitbag.bench.peer.PeerPrograms;
import io.kitbag.bench.peer.Python;
import io.kitbag.bench.step.Baseline;
import io.kitbag.bench.step.ChildJvm;
import io.kitbag.bench.step.Execution;
import io.kitbag.bench.step.Labels;
import io.kitbag.bench.step.Machine;
import io.kitbag.bench.step.MallocChoice;
import io.kitbag.bench.step.OptimizerChoice;
import io.kitbag.bench.step.PeerLines;
import io.kitbag.bench.step.StepRow;
import io.kitbag.bench.step.StepRunner;
import io.kitbag.bench.step.StepSpec;
import io.kitbag.bench.step.Task;
import io.kitbag.bench.step.TorchPeer;
import java.io.PrintWriter;
import java.util.ArrayList;
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
          "compiled, plain, plain-keeping (as stock DJL); plain ones run fp32 nchw only. Of peers: torch,"
              + " torch-compile; both are added if peers are wanted and none is named. Default: ${DEFAULT-VALUE}.")
  private List<String> executions;

  @Mixin private PeerOptions peers;

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
    try (PeerPrograms programs = PeerPrograms.unpack()) {
      List<Python> pythons = peers.probe(programs);
      List<StepSpec> specs =
          options
              .sweep(
                  executions(),
                  Labels.parse(MallocChoice.class, "malloc", malloc),
                  pythons.stream().map(Python::label).toList())
              .specs();
      rows =
          StepOptions.bench(runner(programs, pythons), err)
              .run(
                  specs,
                  options.settings(
                      task, Labels.parse(OptimizerChoice.class, "optimizer", optimizer)),
                  options.rounds(),
                  Baseline.among(specs, baseline));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(commandLine, e.getMessage(), e);
    }
    return StepReport.print(commandLine, machine, rows, PeerLines.of(rows), options.json());
  }

  private List<Execution> executions() {
    List<Execution> chosen =
        new ArrayList<>(StepOptions.parse(Execution.class, "execution", executions));
    boolean named = chosen.stream().anyMatch(Execution::isPeer);
    if (named && !peers.wanted()) {
      throw new IllegalArgumentException(
          "execution torch and torch-compile need --peers or --python PATH");
    }
    if (peers.wanted() && !named) {
      chosen.addAll(List.of(Execution.TORCH, Execution.TORCH_COMPILE));
    }
    return chosen;
  }

  private StepRunner runner(PeerPrograms programs, List<Python> pythons) {
    StepRunner kitbag = new ChildJvm(options.timeout());
    StepRunner torch = new TorchPeer(programs, pythons, peers.variables(), options.timeout());
    return request -> (request.spec().execution().isPeer() ? torch : kitbag).run(request);
  }
}
