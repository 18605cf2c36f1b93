package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kitbag.bench.pipeline.Contender;
import io.kitbag.bench.report.Regressions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class PipelineCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path folder;

  private int run(String... arguments) {
    return new CommandLine(new BenchCommandProvider().command())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

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
    assertThat(run("pipeline", argument)).isEqualTo(2);
    assertThat(err.toString()).contains(message);
    assertThat(out.toString()).isEmpty();
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
        run(
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

    assertThat(exitCode).as(err.toString()).isZero();
    JsonNode rows = JsonMapper.builder().build().readTree(out.toString());
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
    assertThat(err.toString()).contains("round 2/2", "images/s", "opencv failed", "dali failed");
    assertThat(folder.resolve("photos/train/photo/000004.jpg")).exists();
    Path file = Files.writeString(folder.resolve("rows.json"), out.toString());
    assertThat(Regressions.between(file, file).beyond(0)).isEmpty();
  }
}
