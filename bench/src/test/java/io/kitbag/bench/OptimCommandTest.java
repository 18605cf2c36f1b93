package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class OptimCommandTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new BenchCommandProvider().command())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void measuresKitbagBesideDjl() {
    int exitCode =
        run(
            "optim",
            "--rule=sgd",
            "--model=cifar_resnet8d",
            "--threads=1",
            "--rounds=1",
            "--warmup=1",
            "--steps=1",
            "--json");

    assertThat(exitCode).as(err.toString()).isZero();
    assertThat(out.toString()).contains("\"rule\":\"sgd\"", "\"program\":\"djl\"", "kitbagTime");
    assertThat(err.toString()).contains("round 1/1  sgd kitbag", "Kitbag's time");
  }

  @Test
  void aWrongOptionIsNamedBeforeAnythingRuns() {
    assertThat(run("optim", "--rule=sgdd")).isEqualTo(2);
    assertThat(run("optim", "--model=resnet51")).isEqualTo(2);
    assertThat(run("optim", "--steps=0")).isEqualTo(2);
    assertThat(err.toString())
        .contains("rule 'sgdd' is not one of", "no network named resnet51", "steps=0 must be");
    assertThat(out.toString()).isEmpty();
  }
}
