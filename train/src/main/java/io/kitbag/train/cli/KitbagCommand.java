package io.kitbag.train.cli;

import io.kitbag.train.ExitCode;
import io.kitbag.train.telemetry.Provenance;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program itself: what all commands share. */
@Command(
    name = "kitbag",
    description = "Trains image classifiers with the bag of tricks (arXiv 1812.01187).",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      TrainCommand.class,
      EvalCommand.class,
      PredictCommand.class,
      ImportCommand.class,
      PackCommand.class,
      AugmentPreviewCommand.class,
      ReportCommand.class,
      ExportCommand.class,
      LrFindCommand.class,
      AblateCommand.class,
      ModelsCommand.class,
      RecipesCommand.class,
      DoctorCommand.class
    },
    versionProvider = KitbagCommand.Version.class,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:a fault of the program",
      "2:wrong options or a wrong recipe",
      "3:unreadable or unfit data, weights or checkpoints",
      "4:the loss diverged, or the machine computes wrongly",
      "5:the run directory cannot be written",
      "130:stopped by SIGINT or SIGTERM, with a checkpoint written"
    },
    footer = {
      "",
      "Start with: kitbag train                 learns images that the program draws itself",
      "Then:       kitbag train --data DIR      learns yours: DIR/train/<class>/*, DIR/test/<class>/*",
      "Options of a command: kitbag COMMAND --help"
    })
final class KitbagCommand implements Callable<Integer> {
  static final String VERBOSE = "--verbose";

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and do nothing else.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version and do nothing else.")
  private boolean version;

  @Option(
      names = VERBOSE,
      scope = ScopeType.INHERIT,
      description = "Show the stack trace of an error, and more of the log.")
  void verbose(boolean on) {
    if (on) {
      // Read when the first logger is made, which is after the options were read.
      System.setProperty("org.slf4j.simpleLogger.log.io.kitbag", "debug");
    }
  }

  @Override
  public Integer call() {
    CommandLine commandLine = spec.commandLine();
    commandLine.usage(commandLine.getErr());
    return ExitCode.USAGE.code();
  }

  /** The version of Kitbag and of what it runs on. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        "kitbag %s (Java %s)".formatted(Provenance.kitbagVersion(), Runtime.version())
      };
    }
  }
}
