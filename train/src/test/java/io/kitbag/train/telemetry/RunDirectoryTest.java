package io.kitbag.train.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kitbag.train.ExitCode;
import io.kitbag.train.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir Path folder;

  @Test
  void isCreatedWithItsParents() {
    Path path = folder.resolve("a/b");
    try (RunDirectory run = RunDirectory.open(path)) {
      assertThat(run.hasRun()).isFalse();

      run.write(run.recipe(), "name: x\n");

      assertThat(run.hasRun()).isTrue();
      assertThat(path.resolve("recipe.yaml")).hasContent("name: x\n");
      assertThat(run.metrics()).isEqualTo(path.resolve("metrics.jsonl"));
    }
  }

  @Test
  void isHeldByOneRunAtATime() {
    try (RunDirectory first = RunDirectory.open(folder)) {
      assertThat(first.path()).isEqualTo(folder);
      assertThatThrownBy(() -> RunDirectory.open(folder))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("another run is using this directory");
    }
    RunDirectory.open(folder).close();
  }

  @Test
  void saysThatItCannotBeWritten() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> RunDirectory.open(file.resolve("run")))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.STORAGE))
        .hasMessageStartingWith(file.resolve("run") + ": cannot be written: ");
  }

  @Test
  void isNamedAfterTheRecipeAndTheTime() {
    assertThat(RunDirectory.defaultPath("cifar10", LocalDateTime.of(2024, 2, 3, 4, 5, 6)))
        .isEqualTo(Path.of("runs", "cifar10-20240203-040506"));
  }
}
