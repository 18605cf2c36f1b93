package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

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

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    String[] all =
        Stream.concat(Arrays.stream(SMALL), Arrays.stream(arguments)).toArray(String[]::new);
    return new CommandLine(new BenchCommandProvider().command())
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(all);
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
    assertThat(err.toString()).contains(message).doesNotContain("round 1/1");
    assertThat(out.toString()).isEmpty();
  }

  /** A process with PyTorch takes more than 100 MiB. */
  @Test
  void onACpuThereIsNoSearchAndWhatDoesNotFitIsSaid() {
    assertThat(run("--autotune=on,off", "--memory=100m")).as(err.toString()).isZero();
    assertThat(out.toString())
        .contains("there is none on a CPU: left out")
        .contains("cifar_resnet8d 32 px batch 8 compiled/fp32/nchw/tuned does not fit")
        .containsOnlyOnce("\ncifar_resnet8d  ");
    assertThat(err.toString()).contains("does not fit: ", " MiB");
  }

  @Test
  void measuresTheLargestBatchToo() {
    assertThat(run("--memory=450m")).as(err.toString()).isZero();
    assertThat(out.toString())
        .containsPattern("compiled/fp32/nchw/tuned: the largest batch that fits is \\d{3}")
        .contains("images per second at the best batch: fp32 nchw");
  }
}
