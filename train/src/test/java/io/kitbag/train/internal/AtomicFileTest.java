package io.kitbag.train.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kitbag.train.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void keepsTheOldFileWhenTheDiskIsFull() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old");

    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    file,
                    out -> {
                      out.write(new byte[1 << 20]);
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOf(StorageException.class)
        .hasMessage(
            file
                + ": cannot be written: No space left on device;"
                + " make room or choose another run directory");
    assertThat(file).hasContent("old");
    assertThat(folder.toFile().list()).containsExactly("file");
  }

  @Test
  void replacesTheFile() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "old and longer");

    AtomicFile.write(file, out -> out.write("new".getBytes()));

    assertThat(file).hasContent("new");
    assertThat(folder.toFile().list()).containsExactly("file");
  }
}
