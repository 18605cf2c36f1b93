package io.kitbag.bench.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kitbag.bench.child.JvmLaunch;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Real children that measure a small network. */
class StepChildTest {

  private static final ChildJvm CHILD = new ChildJvm(Duration.ofMinutes(2));

  private static StepMeasurement measure(StepSpec spec, StepSettings settings)
      throws InterruptedException {
    ChildReply reply = CHILD.run(new ChildRequest(spec, settings));
    assertThat(reply.error()).as("error of %s", spec).isNull();
    return Objects.requireNonNull(reply.measurement());
  }

  @Test
  void compiledAndPlainStepsLearnTheSame() throws InterruptedException {
    StepSpec compiledSpec =
        Samples.spec(Execution.COMPILED, ComputeType.FP32, Layout.CHANNELS_LAST, Allocator.SYSTEM);

    StepMeasurement compiled = measure(compiledSpec, Samples.SETTINGS);
    StepMeasurement stock = measure(Samples.STOCK, Samples.SETTINGS);

    assertThat(compiled.samples()).hasSize(1);
    StepSample sample = compiled.samples().get(0);
    assertThat(sample.forwardMs()).isPositive();
    assertThat(sample.backwardMs()).isPositive();
    assertThat(sample.optimizerMs()).isPositive();
    assertThat(compiled.profile().shares().values().stream().mapToDouble(share -> share).sum())
        .isCloseTo(1, within(1e-9));
    assertThat(compiled.profile().shares())
        .containsKeys(
            OperatorKind.CONVOLUTION, OperatorKind.NORMALISATION, OperatorKind.ACTIVATION);
    assertThat(compiled.malloc()).isEqualTo(Allocator.SYSTEM);
    // fp32 rounding over eight layers; the second loss also went through gradients and an update.
    assertThat(compiled.loss()).isCloseTo(stock.loss(), within(1e-5 * stock.loss()));
    assertThat(compiled.nextLoss()).isCloseTo(stock.nextLoss(), within(1e-4 * stock.nextLoss()));
    assertThat(stock.nextLoss()).as("it has learned").isLessThan(stock.loss());
  }

  @Test
  void compiledAndPlainEvaluationsAgreeAndDoNotLearn() throws InterruptedException {
    StepSettings eval = new StepSettings(Task.EVAL, "cpu", 1, OptimizerChoice.NONE, 1, 1, 0);
    StepMeasurement compiled =
        measure(
            Samples.spec(Execution.COMPILED, ComputeType.FP32, Layout.NCHW, Allocator.TUNED), eval);
    StepMeasurement stock = measure(Samples.STOCK, eval);

    assertThat(compiled.loss()).isCloseTo(stock.loss(), within(1e-5 * stock.loss()));
    assertThat(compiled.nextLoss()).isEqualTo(compiled.loss());
    assertThat(compiled.samples().get(0).forwardMs()).isPositive();
    assertThat(compiled.samples().get(0).backwardMs()).isZero();
  }

  @Test
  void djlsOptimizerLearnsTooAndNoneDoesNot() throws InterruptedException {
    StepMeasurement djl =
        measure(
            Samples.PLAIN, new StepSettings(Task.TRAIN, "cpu", 1, OptimizerChoice.DJL, 1, 1, 0));
    assertThat(djl.nextLoss()).isLessThan(djl.loss());

    StepMeasurement none =
        measure(
            Samples.PLAIN, new StepSettings(Task.TRAIN, "cpu", 1, OptimizerChoice.NONE, 1, 1, 0));
    assertThat(none.loss()).isEqualTo(djl.loss());
    assertThat(none.nextLoss()).isEqualTo(none.loss());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void peakMemoryIsThatOfTheChild() throws InterruptedException {
    StepMeasurement emulated =
        measure(
            Samples.spec(Execution.COMPILED, ComputeType.FP16, Layout.NCHW, Allocator.TUNED),
            Samples.SETTINGS);

    assertThat(emulated.peakMemoryKiB()).isBetween(50L << 10, 2L << 20);
    assertThat(emulated.emulated()).isTrue();
  }

  @Test
  void aChildEndsWithItsParent() throws IOException, InterruptedException {
    StepSettings endless =
        new StepSettings(Task.TRAIN, "cpu", 1, OptimizerChoice.NONE, 1, 1_000_000, 0);
    Process process =
        new ProcessBuilder(JvmLaunch.likeThis().command(StepChild.class))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      try (OutputStream requests = process.getOutputStream()) {
        JsonMapper.builder()
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .build()
            .writeValue(requests, new ChildRequest(Samples.PLAIN, endless));
        requests.write('\n');
      }
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void whatCannotBeMeasuredIsAnErrorThatSaysWhy() throws InterruptedException {
    StepSpec tf32 =
        Samples.spec(Execution.COMPILED, ComputeType.TF32, Layout.NCHW, Allocator.TUNED);

    ChildReply reply = CHILD.run(new ChildRequest(tf32, Samples.SETTINGS));

    assertThat(reply.error()).contains("tf32 exists on NVIDIA GPUs only");
  }
}
