package io.kitbag.train;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A file of the run that cannot be written: no permission, a read-only or a full disk. */
public final class StorageException extends KitbagException {
  private static final long serialVersionUID = 1;

  /** {@code cause} happened when writing {@code file}. */
  public StorageException(Path file, IOException cause) {
    super(
        ExitCode.STORAGE,
        file
            + ": cannot be written: "
            + reason(cause)
            + "; make room or choose another run directory",
        cause);
  }

  private static String reason(IOException cause) {
    if (cause instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (cause instanceof FileSystemException system && system.getReason() != null) {
      return system.getReason();
    }
    return String.valueOf(cause.getMessage());
  }
}
