package io.kitbag.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Shell scripts that stand for a Python. */
public final class FakePython {

  private FakePython() {}

  /**
   * A Python that knows what is asked only by the name of the program.
   *
   * @param versions its answer to {@code versions.py}
   * @param other its answer to any other program; the question is left beside it in {@code
   *     question}
   */
  public static Path answering(Path folder, String versions, String other) throws IOException {
    Path script = Files.createTempFile(folder, "python", "");
    Files.writeString(
        script,
        """
        #!/bin/sh
        read -r question
        case $2 in
          *versions.py) echo '%s' ;;
          *)
            printf '%%s' "$question" >'%s'
            echo '%s'
            ;;
        esac
        """
            .formatted(versions, folder.resolve("question"), other));
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
