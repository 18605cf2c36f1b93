package io.kitbag.bench;

import io.kitbag.bench.report.Regressions;
import io.kitbag.bench.report.Regressions.Change;
import io.kitbag.train.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kitbag bench compare}. */
@Command(
    name = "compare",
    description = {
      "Compares two result files (bench … --json, or JMH's); fails with exit code 1 if a time or memory",
      "grew by more than --noise and, for micro-benchmarks, by more than both errors, or if a row is gone."
    })
final class CompareCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Parameters(index = "0", paramLabel = "BEFORE", description = "The older file.")
  private Path before;

  @Parameters(index = "1", paramLabel = "AFTER", description = "The newer file.")
  private Path after;

  @Option(
      names = "--noise",
      defaultValue = "0.1",
      description =
          "Share by which a measure may grow without being called a regression. Default: ${DEFAULT-VALUE}.")
  private double noise;

  @Override
  public Integer call() throws IOException {
    Regressions regressions;
    try {
      regressions = Regressions.between(before, after);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new ParameterException(command.commandLine(), e.getFile() + " does not exist", e);
    }
    List<Change> worse = regressions.beyond(noise);
    PrintWriter out = command.commandLine().getOut();
    regressions.changes().stream()
        .sorted(Comparator.comparingDouble(Change::ratio).reversed())
        .forEach(change -> out.println((worse.contains(change) ? "WORSE  " : "       ") + change));
    regressions.missing().forEach(row -> out.println("GONE    " + row));
    out.printf(
        Locale.ROOT,
        "%s: %d of %d measures grew by more than %.0f %%, %d rows are gone%n",
        worse.isEmpty() && regressions.missing().isEmpty() ? "no regression" : "REGRESSION",
        worse.size(),
        regressions.changes().size(),
        100 * noise,
        regressions.missing().size());
    out.flush();
    return worse.isEmpty() && regressions.missing().isEmpty()
        ? ExitCode.DONE.code()
        : ExitCode.FAILURE.code();
  }
}
