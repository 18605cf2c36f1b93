package io.kitbag.models.weights;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A weights file that cannot be read: it is absent, unreadable, cut off or malformed. Checked,
 * since a file is never under the program's control; the message names the file and the problem.
 */
public final class WeightsException extends IOException {

  private static final long serialVersionUID = 1L;

  WeightsException(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + problem, cause);
  }
}
