package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kitbag.bench.pipeline.Contender;
import io.kitbag.bench.report.Regressions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class PipelineCommandTest {

  private final BenchCli bench = new BenchCli();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rows=djl | row 'djl' is not one of kitbag-fast, kitbag-exact, kitbag-shards, kitbag-packed",
        "--baseline=djl | row 'djl' is not one of",
        "--workers=0 | workers=0 must be at least 1",
        "--images=0 | images=0 must be at least 1",
        "--seconds=0 | seconds=0.0 must be positive",
      })
  void aWrongOptionIsNamedBeforeAnythingRuns(String argument, String message) {
    assertThat(bench.run("pipeline", argument)).isEqualTo(2);
    assertThat(bench.err()).contains(message);
    assertThat(bench.out()).isEmpty();
  }

  @Test
  void helpNamesEveryRow() {
    String help =
        new CommandLine(new BenchCommandProvider().command())
            .getSubcommands()
            .get("pipeline")
            .getUsageMessage()
            .replaceAll("\\s+", " ");
    for (Contender contender : Contender.values()) {
      assertThat(help).contains(contender.label());
    }
  }

  @Test
  void measuresInTurnsAndSaysWhatCannotRun() throws Exception {
    int exitCode =
        bench.run(
            "pipeline",
            "--images=5",
            "--image-size=32",
            "--batch=4",
            "--rounds=2",
            "--seconds=0.01",
            "--warmup=0",
            "--rows=kitbag-fast,kitbag-shards,kitbag-packed,imageio,opencv,webdataset,dali,ffcv",
            "--python=" + folder.resolve("no-python"),
            "--keep=" + folder.resolve("photos"),
            "--json");

    assertThat(exitCode).as(bench.err()).isZero();
    JsonNode rows = JsonMapper.builder().build().readTree(bench.out());
    assertThat(rows).hasSize(16);
    for (JsonNode row : rows) {
      if (Contender.of(row.get("row").asText()).isPython()) {
        assertThat(row.get("error").asText()).contains("no-python");
      } else {
        assertThat(row.get("n").asInt()).isEqualTo(2);
        assertThat(row.get("imagesPerSecond").asDouble()).isPositive();
        assertThat(row.get("difference").asDouble()).isBetween(0.0, 15.0);
        assertThat(row.get("heapBytes").asLong()).isPositive();
        assertThat(row.has("medianTimes")).isTrue();
        assertThat(row.has("medianScaling")).isEqualTo(row.get("workers").asInt() == 2);
      }
    }
    assertThat(bench.err()).contains("round 2/2", "images/s", "opencv failed", "dali failed");
    assertThat(folder.resolve("photos/train/photo/000004.jpg")).exists();
    Path file = Files.writeString(folder.resolve("rows.json"), bench.out());
    assertThat(Regressions.between(file, file).beyond(0)).isEmpty();
  }
}
