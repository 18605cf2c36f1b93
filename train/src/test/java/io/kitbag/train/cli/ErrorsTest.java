package io.kitbag.train.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.augment.data.DatasetException;
import io.kitbag.precision.NumericsException;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine.Command;

class ErrorsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train --epoch 3 | kitbag train: unknown option --epoch; did you mean --epochs?",
        "models --siez=3 | kitbag models: unknown option --siez; did you mean --size?",
        "trian | kitbag: unknown argument \"trian\"; did you mean train?",
        "train --seed x | 'x' is not a long",
        "train --resume | --resume needs --run-dir",
        "train --stop-after-steps 0 | --stop-after-steps is 0",
        "train --recipe quikstart | \"quikstart\" is not a preset",
        "train --recipe none.yaml | none.yaml: does not exist",
        "train --precision bf61 | --precision bf61: precision.compute",
        "train --batch-size 0 | --batch-size 0: batchSize: 0 must be at least 1",
        "train --set optimizer.momentom=1 | did you mean optimizer.momentum?",
        "train --device gpu:99 | device gpu:99",
        "eval | --checkpoint",
        "predict --checkpoint x | FILE|DIR",
        "models resnet51_v1d | there is no ResNet of depth 51",
        "models --size 0 resnet50_v1d | kitbag models",
      })
  void saysWhatIsWrongWithTheOptionsAndEndsWithTwo(String line, String message) {
    Cli cli = Cli.run(line.split(" "));
    assertThat(cli.err().replaceAll("\\s+", " ")).as(line).contains(message);
    assertThat(cli.err()).doesNotContain("\tat ");
    assertThat(cli.out()).isEmpty();
    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE.code());
  }

  @Test
  void showsTheHelpWhenThereIsNoCommand() {
    Cli cli = Cli.run();
    assertThat(cli.err()).contains("Usage: kitbag", "train", "Exit codes:");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.USAGE.code());
  }

  @ParameterizedTest
  @EnumSource(ExitCode.class)
  void endsWithTheCodeOfTheError(ExitCode code) {
    Cli cli = failing(new IllegalStateException(new KitbagException(code, "no more")));
    assertThat(cli.err()).isEqualTo("kitbag fail: no more\n");
    assertThat(cli.exitCode()).isEqualTo(code.code());
  }

  @Test
  void endsWithThreeWhenTheDataIsUnfit() {
    Cli cli = failing(new DatasetException("photos/cat has no image"));
    assertThat(cli.err()).isEqualTo("kitbag fail: photos/cat has no image\n");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.DATA.code());
  }

  @Test
  void endsWithFourWhenTheMachineComputesWrongly() {
    Cli cli = failing(new NumericsException("wrong convolutions"));
    assertThat(cli.err()).isEqualTo("kitbag fail: wrong convolutions\n");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.NUMERICS.code());
  }

  @Test
  void asksForAReportOfWhatItDidNotForesee() {
    Cli cli = failing(new IllegalStateException("outer", new ArithmeticException("inner")));
    assertThat(cli.err()).contains("a fault of the program", "outer", "inner", "--verbose");
    assertThat(cli.err().lines()).hasSize(1);
    assertThat(cli.exitCode()).isEqualTo(ExitCode.FAILURE.code());
  }

  @Test
  void survivesErrorsOfTheVirtualMachine() {
    Cli cli = failing(new OutOfMemoryError("Java heap space"));
    assertThat(cli.err()).contains("out of memory", "-Xmx");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.FAILURE.code());
  }

  @Test
  void showsTheStackTraceWhenVerbose() {
    Cli cli = failing(new KitbagException(ExitCode.DATA, "no more"), "--verbose");
    assertThat(cli.err()).startsWith("kitbag fail: no more\n").contains("\tat ");
    assertThat(cli.exitCode()).isEqualTo(ExitCode.DATA.code());
  }

  private static Cli failing(Throwable thrown, String... options) {
    String[] arguments = new String[options.length + 1];
    arguments[0] = "fail";
    System.arraycopy(options, 0, arguments, 1, options.length);
    return Cli.run(List.of(() -> new Fail(thrown)), arguments);
  }

  @Command(name = "fail")
  private record Fail(Throwable thrown) implements Runnable {
    @Override
    public void run() {
      ErrorsTest.<RuntimeException>sneak(thrown);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable thrown) throws T {
    throw (T) thrown;
  }
}
