package io.kitbag.train.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kitbag.train.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void writeThreeLines() {
    file = folder.resolve("metrics.jsonl");
    try (MetricsLog log = MetricsLog.open(file, -1)) {
      log.append("train", 10, Map.of("loss", 1.5));
      log.append("train", 20, Map.of("loss", Double.NaN));
      log.append("eval", 20, Map.of("top1", 0.5));
    }
  }

  @Test
  void writesOneObjectPerLine() {
    assertThat(file)
        .hasContent(
            """
            {"kind":"train","step":10,"loss":1.5}
            {"kind":"train","step":20,"loss":"NaN"}
            {"kind":"eval","step":20,"top1":0.5}
            """);
  }

  @Test
  void canBeReadWhileItIsOpen() throws IOException {
    try (MetricsLog log = MetricsLog.open(file, 20)) {
      log.append("train", 30, Map.of());
      assertThat(Files.readAllLines(file)).hasSize(4);
    }
  }

  @Test
  void removesTheLinesAfterTheResumedStep() throws IOException {
    try (MetricsLog log = MetricsLog.open(file, 10)) {
      log.append("train", 11, Map.of());
    }

    assertThat(Files.readAllLines(file))
        .containsExactly(
            "{\"kind\":\"train\",\"step\":10,\"loss\":1.5}", "{\"kind\":\"train\",\"step\":11}");
  }

  @Test
  void keepsAllLinesUpToTheResumedStep() throws IOException {
    MetricsLog.open(file, 20).close();

    assertThat(Files.readAllLines(file)).hasSize(3);
  }

  @Test
  void removesALineThatAKilledRunLeftIncomplete() throws IOException {
    for (String tail : new String[] {"{\"kind\":\"train\",\"st", "{\"kind\":\"x\",\"step\":20}"}) {
      Files.writeString(file, tail, StandardOpenOption.APPEND);

      MetricsLog.open(file, 20).close();

      assertThat(Files.readAllLines(file)).as(tail).hasSize(3);
    }
  }

  @Test
  void startsEmptyForANewRun() {
    MetricsLog.open(file, -1).close();

    assertThat(file).isEmptyFile();
  }

  @Test
  void saysThatItCannotBeWritten() {
    assertThatThrownBy(() -> MetricsLog.open(file.resolve("metrics.jsonl"), -1))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith(file.resolve("metrics.jsonl") + ": cannot be written: ");
  }
}
