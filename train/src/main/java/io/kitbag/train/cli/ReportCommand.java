package io.kitbag.train.cli;

import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.report.HtmlRunPage;
import io.kitbag.train.telemetry.RunDirectory;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kitbag report}: a run as a page. */
@Command(
    name = "report",
    sortOptions = false,
    description = {
      "Write a run as a page of HTML: result, curves, where the time went, provenance, recipe.",
      "",
      "train writes report.html after every epoch; this writes it anew from the files of the run"
          + " directory, for a run that was killed, goes on, or was made by an older version."
    },
    footer = {
      "",
      "Examples:",
      "  kitbag report runs/first",
      "  kitbag report runs/first --out first.html"
    })
final class ReportCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RUN_DIR", description = "The directory of a run.")
  private Path run;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Where to write. Default: report.html in the run directory.")
  private @Nullable Path out;

  @Override
  public void run() {
    if (!Files.exists(run.resolve(RunDirectory.METRICS))) {
      throw new KitbagException(
          ExitCode.DATA,
          "%s is not the directory of a run: it has no %s; train writes one, see --run-dir"
              .formatted(run, RunDirectory.METRICS));
    }
    Path file = out == null ? run.resolve(RunDirectory.REPORT) : out;
    try {
      new HtmlRunPage().write(run, file);
    } catch (UncheckedIOException e) {
      throw new KitbagException(
          ExitCode.DATA, run + ": cannot be read: " + e.getCause().getMessage(), e);
    }
    spec.commandLine().getOut().println(file);
  }
}
