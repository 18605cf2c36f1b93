package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class StartupCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new BenchCommandProvider().command())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void measuresAFirstPrediction() {
    int exitCode =
        run(
            "startup",
            "--task=eval",
            "--model=cifar_resnet8d",
            "--image-size=32",
            "--batch=1",
            "--threads=1",
            "--rounds=1",
            "--python=/no/such/python",
            "--json");

    assertThat(exitCode).as("Kitbag was measured: " + err).isZero();
    assertThat(out.toString()).contains("\"program\":\"kitbag\"", "\"engine\":");
    assertThat(err.toString()).contains("round 1/1  eval kitbag", "/no/such/python cannot be");
  }

  @Test
  void aWrongOptionIsNamedBeforeAnythingRuns() {
    assertThat(run("startup", "--task=sleep")).isEqualTo(2);
    assertThat(run("startup", "--precision=fp16")).isEqualTo(2);
    assertThat(run("startup", "--model=resnet51")).isEqualTo(2);
    assertThat(err.toString())
        .contains("task 'sleep' is not one of", "FP16 is not fp32 or bf16", "named resnet51");
    assertThat(out.toString()).isEmpty();
  }
}
