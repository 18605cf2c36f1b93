package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kitbag.bench.report.Regressions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllCommandTest {

  @TempDir Path folder;

  @Test
  void writesAPageAndRowsThatCanBeCompared() throws IOException {
    BenchCli bench = new BenchCli();
    int exitCode = bench.run("all", "--quick", "--out", folder.toString());

    assertThat(exitCode).isZero();
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder)) {
      files = listed.sorted().toList();
    }
    assertThat(files)
        .extracting(file -> file.toString().replaceAll(".*\\d{4}-\\d\\d-\\d\\d", ""))
        .containsExactly(".json", ".md", "_1-1.svg", "_2-1.svg");
    Path json = files.get(0);
    Path page = files.get(1);
    assertThat(bench.out()).contains("wrote " + page);
    assertThat(page.getFileName().toString()).startsWith("quick_").endsWith(".md");
    assertThat(Files.readString(page))
        .contains("## `kitbag bench tensorcore --model cifar_resnet8d", "images/s", "peak of a")
        .contains("](" + files.get(2).getFileName() + ")");
    JsonNode rows = JsonMapper.builder().build().readTree(Files.readString(json));
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).get("bench").asText()).isEqualTo("tensorcore");
    assertThat(rows.get(0).get("shareOfPeak").asDouble()).isBetween(0.0, 1.5);
    assertThat(rows.get(1).get("task").asText()).isEqualTo("eval");
    assertThat(Regressions.between(json, json).beyond(0)).isEmpty();
  }
}
