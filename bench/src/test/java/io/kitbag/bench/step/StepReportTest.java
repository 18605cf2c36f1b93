package io.kitbag.bench.step;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows as JSON and as a table. */
class StepReportTest {

  private List<StepRow> rows;

  @BeforeEach
  void measure() throws InterruptedException {
    StepRunner runner =
        request ->
            switch (request.spec().execution()) {
              case COMPILED -> ChildReply.of(Samples.measurement(1024, Double.NaN, 50));
              case PLAIN -> ChildReply.failed("no luck");
              case PLAIN_KEEPING, TORCH, TORCH_COMPILE ->
                  ChildReply.of(Samples.measurement(4096, 2.0, 200));
            };
    rows =
        new StepBench(runner, line -> {})
            .run(
                List.of(Samples.COMPILED, Samples.PLAIN, Samples.STOCK),
                Samples.SETTINGS,
                2,
                Baseline.stockDjl());
  }

  @Test
  void jsonHasOneFlatObjectPerRow() throws JsonProcessingException {
    JsonNode array =
        JsonMapper.builder().build().readTree(new StepJson(Samples.MACHINE).write(rows));

    assertThat(array).hasSize(3);
    JsonNode compiled = array.get(0);
    assertThat(compiled.get("model").asText()).isEqualTo("cifar_resnet8d");
    assertThat(compiled.get("execution").asText()).isEqualTo("compiled");
    assertThat(compiled.get("precision").asText()).isEqualTo("bf16");
    assertThat(compiled.get("layout").asText()).isEqualTo("channels_last");
    assertThat(compiled.get("medianMs").asDouble()).isEqualTo(50);
    assertThat(compiled.get("n").asInt()).isEqualTo(2);
    assertThat(compiled.get("roundMs")).hasSize(2);
    assertThat(compiled.get("imagesPerSecond").asDouble()).isEqualTo(320);
    assertThat(compiled.get("peakMemoryMiB").asDouble()).isEqualTo(1);
    assertThat(compiled.get("speedUp").asDouble()).isEqualTo(4);
    assertThat(compiled.get("loss").isNull()).as("NaN is no JSON").isTrue();
    assertThat(compiled.get("error").isNull()).isTrue();
    assertThat(compiled.get("versions").get("djl").asText()).isEqualTo("0.25.0");
    assertThat(compiled.get("hardware").get("cpu").asText()).isEqualTo("Some CPU");
  }

  @Test
  void jsonOfAFailedRowSaysWhy() throws JsonProcessingException {
    JsonNode array =
        JsonMapper.builder().build().readTree(new StepJson(Samples.MACHINE).write(rows));

    JsonNode failed = array.get(1);
    assertThat(failed.get("error").asText()).isEqualTo("no luck");
    assertThat(failed.get("imagesPerSecond").isNull()).isTrue();
    assertThat(failed.has("medianMs")).isFalse();
  }

  @Test
  void tableAlignsItsColumnsAndNamesTheMachine() {
    List<String> lines = new StepTable(Samples.MACHINE).render(rows).lines().toList();

    assertThat(lines.get(0))
        .startsWith(
            "Some CPU, 2 cores, 4096 MiB, Linux 6 amd64, load 0.5 before, OMP_WAIT_POLICY passive; Kitbag 0.1.0")
        .contains("DJL 0.25.0", "device cpu, 2 threads, optimizer kitbag");
    assertThat(lines.get(1)).contains("model", "images/s", "speed-up", "memory");
    int end = lines.get(1).indexOf("speed-up") + "speed-up".length();
    assertThat(lines.get(2).substring(0, end)).endsWith("  4.00");
    assertThat(lines.get(4).substring(0, end)).endsWith("  1.00");
    assertThat(lines.get(3)).contains("plain", "failed");
    assertThat(lines.get(5)).isEqualTo(Samples.PLAIN + ": no luck");
  }
}
