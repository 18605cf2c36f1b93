package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StartupCommandTest {

  private final BenchCli bench = new BenchCli();

  @Test
  void measuresAFirstPrediction() {
    int exitCode =
        bench.run(
            "startup",
            "--task=eval",
            "--model=cifar_resnet8d",
            "--image-size=32",
            "--batch=1",
            "--threads=1",
            "--rounds=1",
            "--python=/no/such/python",
            "--json");

    assertThat(exitCode).as("Kitbag was measured: " + bench.err()).isZero();
    assertThat(bench.out()).contains("\"program\":\"kitbag\"", "\"engine\":");
    assertThat(bench.err()).contains("round 1/1  eval kitbag", "/no/such/python cannot be");
  }

  @Test
  void aWrongOptionIsNamedBeforeAnythingRuns() {
    assertThat(bench.run("startup", "--task=sleep")).isEqualTo(2);
    assertThat(bench.run("startup", "--precision=fp16")).isEqualTo(2);
    assertThat(bench.run("startup", "--model=resnet51")).isEqualTo(2);
    assertThat(bench.err())
        .contains("task 'sleep' is not one of", "FP16 is not fp32 or bf16", "named resnet51");
    assertThat(bench.out()).isEmpty();
  }
}
