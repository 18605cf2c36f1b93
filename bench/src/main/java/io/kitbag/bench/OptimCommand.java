package io.kitbag.bench;

import io.kitbag.bench.optim.OptimBench;
import io.kitbag.bench.optim.OptimProgram;
import io.kitbag.bench.optim.OptimReport;
import io.kitbag.bench.optim.OptimRow;
import io.kitbag.bench.optim.OptimRule;
import io.kitbag.bench.optim.OptimRunner;
import io.kitbag.bench.optim.OptimSettings;
import io.kitbag.bench.peer.PeerPrograms;
import io.kitbag.bench.peer.Python;
import io.kitbag.bench.step.Machine;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.train.ExitCode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kitbag bench optim}. */
@Command(
    name = "optim",
    description = {
      "Measures one optimizer step over all parameters of a network: Kitbag's, DJL's, and PyTorch's"
          + " with --peers.",
      "Every program starts from the same weights and gradients; the weights are compared."
    },
    sortOptions = false)
final class OptimCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Option(
      names = "--rule",
      split = ",",
      defaultValue = "sgd,nag,rmsprop,adam,adamw,nadam",
      description =
          "sgd, nag, rmsprop, adam, adamw, nadam; without a peer: lamb, lars, lion, muon."
              + " Default: ${DEFAULT-VALUE}.")
  private List<String> rules;

  @Option(
      names = "--program",
      split = ",",
      defaultValue = "kitbag,djl,torch-foreach,torch-loop",
      description =
          "kitbag, djl; with --peers also torch-foreach, torch-loop, torch-fused (newer PyTorch)."
              + " Default: ${DEFAULT-VALUE}.")
  private List<String> programs;

  @Mixin private PeerOptions peers;

  @Option(
      names = "--model",
      defaultValue = "resnet50_v1b",
      description = "Whose parameters: torchvision's ResNet-50 has 161. Default: ${DEFAULT-VALUE}.")
  private String model;

  @Option(names = "--threads", description = "Threads of one operator. Default: all cores.")
  private @Nullable Integer threads;

  @Option(
      names = "--rounds",
      defaultValue = "5",
      description = "Processes per configuration. Default: ${DEFAULT-VALUE}.")
  private int rounds;

  @Option(
      names = "--warmup",
      defaultValue = "5",
      description = "Untimed steps in each process. Default: ${DEFAULT-VALUE}.")
  private int warmup;

  @Option(
      names = "--steps",
      defaultValue = "20",
      description = "Timed steps in each process. Default: ${DEFAULT-VALUE}.")
  private int steps;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of weights and gradients. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--timeout",
      defaultValue = "600",
      description = "Seconds for one process. Default: ${DEFAULT-VALUE}.")
  private int timeoutSeconds;

  @Option(
      names = "--json",
      description = "Prints rows as a JSON array; the table goes to standard error.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter err = command.commandLine().getErr();
    Machine machine = StepOptions.machine(err);
    List<OptimRow> rows;
    try (PeerPrograms unpacked = PeerPrograms.unpack()) {
      Zoo.imageSize(model); // Asks whether there is such a network before anything is started.
      OptimSettings settings =
          new OptimSettings(
              model,
              threads != null ? threads : Runtime.getRuntime().availableProcessors(),
              warmup,
              steps,
              seed);
      List<OptimRule> chosen = StepOptions.parse(OptimRule.class, "rule", rules);
      List<OptimProgram> who = StepOptions.parse(OptimProgram.class, "program", programs);
      List<Python> pythons = peers.probe(unpacked);
      rows =
          new OptimBench(
                  new OptimRunner(
                      settings,
                      unpacked,
                      pythons,
                      peers.variables(),
                      Duration.ofSeconds(StepOptions.atLeastOne("timeout", timeoutSeconds))),
                  line -> {
                    err.println(line);
                    err.flush();
                  })
              .run(
                  OptimBench.specs(chosen, who, pythons.stream().map(Python::label).toList()),
                  settings,
                  StepOptions.atLeastOne("rounds", rounds));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
    return print(new OptimReport(machine, rows));
  }

  private int print(OptimReport report) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      command.commandLine().getErr().print(report.text());
      command.commandLine().getErr().flush();
      out.println(report.json());
    } else {
      out.print(report.text());
    }
    out.flush();
    return report.rows().stream()
            .allMatch(row -> row.error().isEmpty() || row.spec().program().isPeer())
        ? ExitCode.DONE.code()
        : ExitCode.FAILURE.code();
  }
}
