package io.kitbag.bench;

import io.kitbag.bench.micro.MicroException;
import io.kitbag.bench.micro.MicroReport;
import io.kitbag.bench.micro.MicroRun;
import io.kitbag.bench.micro.MicroSettings;
import io.kitbag.bench.step.Machine;
import io.kitbag.train.ExitCode;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kitbag bench micro}. */
@Command(
    name = "micro",
    description = {
      "Measures what is hot in Java with JMH, time and heap of a call: decoding and resizing JPEGs,",
      "loading an image, mixing, weight files, recipes, calls into the engine. Some three minutes."
    },
    sortOptions = false)
final class MicroCommand implements Callable<Integer> {

  @Spec private CommandSpec command;

  @Option(
      names = "--filter",
      paramLabel = "REGEX",
      description =
          "Only benchmarks whose name contains it, such as Jpeg or Jpeg.decode; may be repeated.")
  private List<String> filters = List.of();

  @Option(
      names = "--forks",
      defaultValue = "1",
      description = "Java virtual machines for each benchmark. Default: ${DEFAULT-VALUE}.")
  private int forks;

  @Option(
      names = "--warmup",
      defaultValue = "3",
      description = "Iterations before those that count. Default: ${DEFAULT-VALUE}.")
  private int warmup;

  @Option(
      names = "--iterations",
      defaultValue = "5",
      description =
          "Iterations that count; with fewer than 5 the error says little. Default: ${DEFAULT-VALUE}.")
  private int iterations;

  @Option(
      names = "--seconds",
      defaultValue = "1",
      description = "Of an iteration. Default: ${DEFAULT-VALUE}.")
  private double seconds;

  @Option(
      names = "--json",
      description = "Prints rows as a JSON array; the table goes to standard error.")
  private boolean json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    MicroSettings settings;
    try {
      settings = new MicroSettings(filters, forks, warmup, iterations, seconds);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    }
    MicroRun run =
        MicroRun.ofThisProgram()
            .orElseThrow(
                () ->
                    new ParameterException(
                        command.commandLine(),
                        "the micro-benchmarks are not beside this program; start it with ./kitbag"));
    Machine machine = StepOptions.machine(err);
    MicroReport report;
    try {
      report = new MicroReport(machine, run.run(settings, this::progress));
    } catch (MicroException e) {
      err.println(e.getMessage());
      err.flush();
      return ExitCode.FAILURE.code();
    }
    (json ? err : out).print(report.text());
    if (json) {
      out.println(report.json());
    }
    err.flush();
    out.flush();
    return ExitCode.DONE.code();
  }

  private void progress(String line) {
    command.commandLine().getErr().println(line);
    command.commandLine().getErr().flush();
  }
}
