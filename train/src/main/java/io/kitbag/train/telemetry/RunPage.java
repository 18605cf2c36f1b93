package io.kitbag.train.telemetry;

import java.nio.file.Path;

/** Keeps a page about a run up to date; used by the thread that trains. */
@FunctionalInterface
public interface RunPage {

  /**
   * Makes the page anew from the run's files, which have grown.
   *
   * @param directory of the run, always the same
   * @throws io.kitbag.train.StorageException if it cannot be written
   */
  void update(Path directory);
}
