package io.kitbag.bench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kitbag bench}: measurements on this machine, one subcommand each. */
@Command(
    name = "bench",
    description = "Measures what things cost on this machine.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      StepCommand.class,
      EvalBenchCommand.class,
      TensorCoreCommand.class,
      PipelineCommand.class,
      MicroCommand.class,
      OptimCommand.class,
      StartupCommand.class,
      PredictCommand.class,
      PeersInstallCommand.class,
      CompareCommand.class,
      AllCommand.class
    })
final class BenchCommand implements Runnable {

  @Spec private CommandSpec command;

  @Override
  public void run() {
    throw new ParameterException(
        command.commandLine(),
        "say what to measure: step, eval, tensorcore, pipeline, micro, optim, startup, compare, all;"
            + " or predict, peers-install");
  }
}
