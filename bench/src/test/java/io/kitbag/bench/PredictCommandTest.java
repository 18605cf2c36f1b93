package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class PredictCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new BenchCommandProvider().command())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void bondsEachGpuInTheFormatsItHas() {
    assertThat(run("predict", "--gpu=h100,t4", "--batch=64,4096", "--precision=bf16,fp16"))
        .isZero();
    assertThat(out.toString())
        .contains("resnet50_v1d, 224 px", "not checked against a GPU", "TOO MUCH")
        .contains("h100: H100 SXM, 80 GB (NVIDIA H100 data sheet")
        .doesNotContainPattern("t4 +bf16")
        .containsPattern("t4 +fp16");
  }

  @Test
  void writesJson() throws Exception {
    assertThat(run("predict", "--gpu=all", "--model=cifar_resnet20", "--precision=fp16", "--json"))
        .isZero();
    JsonNode rows = JsonMapper.builder().build().readTree(out.toString());
    assertThat(rows).hasSize(14);
    assertThat(rows.at("/0/imageSize").asInt()).isEqualTo(32);
    assertThat(rows.at("/0/mostImagesPerSecond").asDouble()).isPositive();
    assertThat(rows.at("/0/gigabytesPerSecond").asDouble()).isEqualTo(900);
  }

  @Test
  void aWrongOptionIsNamed() {
    assertThat(run("predict", "--gpu=h101")).isEqualTo(2);
    assertThat(run("predict", "--gpu=t4", "--precision=bf16")).isEqualTo(2);
    assertThat(run("predict", "--batch=0")).isEqualTo(2);
    assertThat(err.toString())
        .contains("gpu 'h101' is not one of", "none of [t4] has any of [bf16]", "batch=0 must be");
  }
}
