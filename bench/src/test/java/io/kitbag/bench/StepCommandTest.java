package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StepCommandTest {

  private final BenchCli bench = new BenchCli();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--layout=nhwc | layout 'nhwc' is not one of nchw, channels_last",
        "--precision=int8 | precision 'int8' is not one of fp32, tf32, bf16, fp16",
        "--model=resnet50 | there is no network named resnet50",
        "--model=resnet50_v1d,nothing | there is no network named nothing",
        "--rounds=0 | rounds=0 must be at least 1",
        "--batch=0 | batch=0 must be at least 1",
        "--device=tpu | device 'tpu' must be cpu, gpu or gpu:<n>",
        "--baseline=plain/fp32/nchw/system | is not among the configurations",
        "--execution=torch | execution torch and torch-compile need --peers or --python PATH",
      })
  void aWrongOptionIsNamedBeforeAnythingRuns(String argument, String message) {
    assertThat(bench.run("step", argument)).isEqualTo(2);
    assertThat(bench.err()).contains(message);
    assertThat(bench.out()).isEmpty();
  }

  @Test
  void benchAloneAsksWhatToMeasure() {
    assertThat(bench.run()).isEqualTo(2);
    assertThat(bench.err()).contains("say what to measure");
  }

  @Test
  void aPeerThatCannotBeRunIsARowThatSaysSo() {
    int exitCode =
        bench.run(
            "step",
            "--model=cifar_resnet8d",
            "--batch=2",
            "--execution=compiled,torch",
            "--python=/no/such/python",
            "--precision=fp32",
            "--layout=nchw",
            "--rounds=1",
            "--warmup=1",
            "--steps=1",
            "--threads=1");

    assertThat(exitCode).as("Kitbag was measured: " + bench.err()).isZero();
    assertThat(bench.out())
        .contains("torch@/no/such/python/fp32/nchw/tuned: /no/such/python cannot be started");
  }

  @Test
  void printsRowsAsJsonAndTheTableBesideThem() {
    int exitCode =
        bench.run(
            "step",
            "--model=cifar_resnet8d",
            "--batch=2",
            "--execution=plain",
            "--rounds=1",
            "--warmup=1",
            "--steps=1",
            "--threads=1",
            "--json");

    assertThat(exitCode).as(bench.err()).isZero();
    assertThat(bench.out()).startsWith("[").contains("\"model\":\"cifar_resnet8d\"");
    assertThat(bench.err()).contains("round 1/1", "images/s");
  }
}
