package io.kitbag.train.cli;

import io.kitbag.train.ExitCode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kitbag doctor}: what precision does to a run. */
@Command(
    name = "doctor",
    sortOptions = false,
    description = "Explain number formats.",
    subcommands = DoctorFormatsCommand.class)
final class DoctorCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE.code();
  }
}
