package io.kitbag.train.cli;

import io.kitbag.augment.data.DatasetException;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.models.weights.WeightsException;
import io.kitbag.precision.NumericsException;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.internal.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** One message on standard error per failure; the stack trace only with {@code --verbose}. */
final class Errors implements IParameterExceptionHandler, IExecutionExceptionHandler {

  @Override
  public int handleParseException(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    print(command, message(e));
    command.getErr().println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCode.USAGE.code();
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult arguments) {
    return report(e, command);
  }

  /** Prints what went wrong and returns the exit status. */
  static int report(Throwable thrown, CommandLine command) {
    Optional<Throwable> forUser = causes(thrown).stream().filter(Errors::isForUser).findFirst();
    print(command, forUser.map(Throwable::getMessage).orElseGet(() -> fault(thrown)));
    if (isVerbose(command)) {
      thrown.printStackTrace(command.getErr());
    }
    return forUser.map(Errors::exitCode).orElse(ExitCode.FAILURE).code();
  }

  static void print(CommandLine command, String message) {
    command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + message);
  }

  private static String message(ParameterException e) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      String argument = unmatched.getUnmatched().get(0);
      String name = argument.replaceFirst("=.*", "");
      var spec = e.getCommandLine().getCommandSpec();
      return name.startsWith("-")
          ? "unknown option " + name + Nearest.hint(name, spec.optionsMap().keySet())
          : "unknown argument \"" + name + '"' + Nearest.hint(name, spec.subcommands().keySet());
    }
    return e.getMessage();
  }

  private static boolean isVerbose(CommandLine command) {
    for (CommandLine at = command; at != null; at = at.getParent()) {
      ParseResult parsed = at.getParseResult();
      if (parsed != null && parsed.hasMatchedOption(KitbagCommand.VERBOSE)) {
        return true;
      }
    }
    return false;
  }

  /** The libraries below know no exit codes; injection wraps what a constructor throws. */
  private static boolean isForUser(Throwable thrown) {
    return thrown instanceof KitbagException
        || thrown instanceof DatasetException
        || thrown instanceof NumericsException
        || thrown instanceof WeightsException
        || thrown instanceof CorruptImageException
        || thrown instanceof NumericsException;
  }

  private static ExitCode exitCode(Throwable forUser) {
    if (forUser instanceof KitbagException known) {
      return known.exitCode();
    }
    return forUser instanceof NumericsException ? ExitCode.NUMERICS : ExitCode.DATA;
  }

  private static String fault(Throwable thrown) {
    if (thrown instanceof OutOfMemoryError) {
      return "out of memory ("
          + thrown.getMessage()
          + "); use a smaller batch or fewer workers,"
          + " or raise -Xmx in KITBAG_JAVA_OPTS";
    }
    List<Throwable> causes = causes(thrown);
    Throwable root = causes.get(causes.size() - 1);
    return "a fault of the program: "
        + thrown
        + (root == thrown ? "" : ", caused by " + root)
        + "; run it with "
        + KitbagCommand.VERBOSE
        + " and report what it prints";
  }

  private static List<Throwable> causes(Throwable thrown) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable at = thrown; at != null && !causes.contains(at); at = at.getCause()) {
      causes.add(at);
    }
    return causes;
  }
}
