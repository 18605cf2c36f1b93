package io.kitbag.train.report;

import io.kitbag.train.internal.AtomicFile;
import io.kitbag.train.telemetry.RunDirectory;
import io.kitbag.train.telemetry.RunPage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The page {@code report.html} of a run, computed from the files of its directory alone. It is one
 * file that needs no other and runs nothing.
 *
 * <p>Not thread-safe; one for each run, as it remembers how far it has read the log.
 */
public final class HtmlRunPage implements RunPage {
  private @Nullable MetricsReader metrics;

  /** The page of one run. */
  public HtmlRunPage() {}

  @Override
  public void update(Path directory) {
    write(directory, directory.resolve(RunDirectory.REPORT));
  }

  /**
   * Writes the page of the run in {@code directory} to {@code file}.
   *
   * @throws UncheckedIOException if the run cannot be read
   * @throws io.kitbag.train.StorageException if the page cannot be written
   */
  public void write(Path directory, Path file) {
    byte[] page = page(directory).getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(file, out -> out.write(page));
  }

  private String page(Path directory) {
    if (metrics == null) {
      metrics = new MetricsReader(directory.resolve(RunDirectory.METRICS));
    }
    try {
      return RunPageBody.of(RunFiles.read(directory), metrics.read());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
