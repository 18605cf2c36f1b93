package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorCoreCommandTest {

  private static final String[] SMALL = {
    "tensorcore",
    "--model=cifar_resnet8d",
    "--batch=4",
    "--precision=fp32",
    "--layout=nchw",
    "--rounds=1",
    "--warmup=1",
    "--steps=1",
    "--threads=1"
  };

  private final BenchCli bench = new BenchCli();

  private int run(String... arguments) {
    String[] all =
        Stream.concat(Arrays.stream(SMALL), Arrays.stream(arguments)).toArray(String[]::new);
    return bench.run(all);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--autotune=maybe | autotune 'maybe' is not one of on, off",
        "--memory=much | \"much\" is no size; write 16g or 800m",
        "--memory | a CPU wants a size, such as 4g",
      })
  void aWrongOptionIsNamedBeforeAnythingRuns(String argument, String message) {
    assertThat(run(argument)).isEqualTo(2);
    assertThat(bench.err()).contains(message).doesNotContain("round 1/1");
    assertThat(bench.out()).isEmpty();
  }

  /** A process with PyTorch takes more than 100 MiB. */
  @Test
  void onACpuThereIsNoSearchAndWhatDoesNotFitIsSaid() {
    assertThat(run("--autotune=on,off", "--memory=100m")).as(bench.err()).isZero();
    assertThat(bench.out())
        .contains("there is none on a CPU: left out")
        .contains("cifar_resnet8d 32 px batch 8 compiled/fp32/nchw/tuned does not fit")
        .containsOnlyOnce("\ncifar_resnet8d  ");
    assertThat(bench.err()).contains("does not fit: ", " MiB");
  }

  @Test
  void measuresTheLargestBatchToo() {
    assertThat(run("--memory=450m")).as(bench.err()).isZero();
    assertThat(bench.out())
        .containsPattern("compiled/fp32/nchw/tuned: the largest batch that fits is \\d{3}")
        .contains("images per second at the best batch: fp32 nchw");
  }
}
