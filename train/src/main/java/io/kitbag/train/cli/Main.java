package io.kitbag.train.cli;

import io.kitbag.train.ExitCode;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import picocli.CommandLine;

/** The program {@code kitbag}: runs one command and ends with its {@link ExitCode}. */
public final class Main {
  private static final int HELP_COLUMNS = 100;

  private Main() {}

  /** Runs the command and ends the process. */
  public static void main(String... arguments) {
    // In scripts, names and results digits are 0 to 9 and fractions follow a point, wherever it
    // runs.
    Locale.setDefault(Locale.Category.FORMAT, Locale.ROOT);
    List<CommandProvider> more =
        ServiceLoader.load(CommandProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();
    CommandLine commandLine = commandLine(more);
    System.exit(run(commandLine, arguments));
  }

  /** The whole program with the commands of {@code more}; writes to the standard streams. */
  static CommandLine commandLine(List<CommandProvider> more) {
    CommandLine commandLine = new CommandLine(new KitbagCommand());
    more.forEach(provider -> commandLine.addSubcommand(provider.command()));
    Errors errors = new Errors();
    return commandLine
        .setOut(new PrintWriter(System.out, true))
        .setErr(new PrintWriter(System.err, true))
        .setParameterExceptionHandler(errors)
        .setExecutionExceptionHandler(errors)
        .setCaseInsensitiveEnumValuesAllowed(true)
        // A file may be called @name.
        .setExpandAtFiles(false)
        .setUsageHelpWidth(HELP_COLUMNS);
  }

  /** Runs one command; errors have been printed when this returns the exit status. */
  static int run(CommandLine commandLine, String... arguments) {
    try {
      return commandLine.execute(arguments);
    } catch (Error e) {
      // Out of memory, or a native library that does not load: picocli hands on what is no
      // Exception.
      return Errors.report(e, commandLine);
    } finally {
      commandLine.getOut().flush();
      commandLine.getErr().flush();
    }
  }
}
