package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OptimCommandTest {

  private final BenchCli bench = new BenchCli();

  @Test
  void measuresKitbagBesideDjl() {
    int exitCode =
        bench.run(
            "optim",
            "--rule=sgd",
            "--model=cifar_resnet8d",
            "--threads=1",
            "--rounds=1",
            "--warmup=1",
            "--steps=1",
            "--json");

    assertThat(exitCode).as(bench.err()).isZero();
    assertThat(bench.out()).contains("\"rule\":\"sgd\"", "\"program\":\"djl\"", "kitbagTime");
    assertThat(bench.err()).contains("round 1/1  sgd kitbag", "Kitbag's time");
  }

  @Test
  void aWrongOptionIsNamedBeforeAnythingRuns() {
    assertThat(bench.run("optim", "--rule=sgdd")).isEqualTo(2);
    assertThat(bench.run("optim", "--model=resnet51")).isEqualTo(2);
    assertThat(bench.run("optim", "--steps=0")).isEqualTo(2);
    assertThat(bench.err())
        .contains("rule 'sgdd' is not one of", "no network named resnet51", "steps=0 must be");
    assertThat(bench.out()).isEmpty();
  }
}
