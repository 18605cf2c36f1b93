package io.kitbag.train.cli;

import io.kitbag.train.telemetry.LineProgress;
import io.kitbag.train.telemetry.Progress;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Options that say what a long command prints. */
final class OutputOptions {

  @Option(
      names = "--json",
      description = "Print the result as one JSON object, the last line on standard output.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      description = "No progress on standard error; the result and errors only.")
  private boolean quiet;

  boolean json() {
    return json;
  }

  /** How far the command is, on standard error unless it is to be quiet; the caller closes it. */
  Progress progress() {
    return quiet
        ? new LineProgress(
            new PrintStream(OutputStream.nullOutputStream()), Duration.ZERO, System::nanoTime)
        : Progress.onStandardError();
  }
}
