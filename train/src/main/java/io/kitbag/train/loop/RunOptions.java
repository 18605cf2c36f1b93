package io.kitbag.train.loop;

import io.kitbag.train.telemetry.Progress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What concerns one process's part of a run and not its result.
 *
 * @param runDirectory where to write; {@code runs/<recipe>-<date>-<time>} if empty
 * @param resume go on from the newest checkpoint in the run directory, from the start if there is
 *     none
 * @param stopAfterSteps take at most so many steps in this process, then evaluate, save and return
 * @param progress shows a person how far the run is; the caller closes it
 */
public record RunOptions(
    Optional<Path> runDirectory, boolean resume, OptionalLong stopAfterSteps, Progress progress) {

  public RunOptions {
    if (stopAfterSteps.isPresent() && stopAfterSteps.getAsLong() < 1) {
      throw new IllegalArgumentException(
          "stopAfterSteps=%d must be at least 1".formatted(stopAfterSteps.getAsLong()));
    }
    if (resume && runDirectory.isEmpty()) {
      throw new IllegalArgumentException("resuming needs the directory of the run");
    }
  }

  /** A whole run in a directory, seen on standard error. */
  public static RunOptions in(Path directory) {
    return new RunOptions(
        Optional.of(directory), false, OptionalLong.empty(), Progress.onStandardError());
  }
}
