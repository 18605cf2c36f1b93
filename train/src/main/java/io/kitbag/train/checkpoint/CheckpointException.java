package io.kitbag.train.checkpoint;

import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import java.nio.file.Path;

/** A checkpoint that cannot be used: damaged, cut off, or not a checkpoint at all. */
public final class CheckpointException extends KitbagException {
  private static final long serialVersionUID = 1;

  /** {@code problem} is what is wrong with {@code file}, and what to do. */
  public CheckpointException(Path file, String problem) {
    super(ExitCode.DATA, file + ": " + problem);
  }

  CheckpointException(String message, Exception cause) {
    super(ExitCode.DATA, message, cause);
  }
}
