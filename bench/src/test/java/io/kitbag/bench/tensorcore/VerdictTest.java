package io.kitbag.bench.tensorcore;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.bench.step.Allocator;
import io.kitbag.bench.step.Execution;
import io.kitbag.bench.step.OperatorKind;
import io.kitbag.bench.step.OptimizerChoice;
import io.kitbag.bench.step.StepFigures;
import io.kitbag.bench.step.StepProfile;
import io.kitbag.bench.step.StepRow;
import io.kitbag.bench.step.StepSettings;
import io.kitbag.bench.step.StepSpec;
import io.kitbag.bench.step.Task;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class VerdictTest {

  private static final StepSettings SETTINGS =
      new StepSettings(Task.TRAIN, "cpu", 2, OptimizerChoice.KITBAG, 1, 1, 0);

  /** 10⁹ multiply-adds an image, so that 16 images are 96 GFLOP a step. */
  private static StepRow row(
      ComputeType type, Layout layout, double ms, double spread, boolean emulated) {
    return row(SETTINGS, type, layout, 16, ms, spread, emulated);
  }

  private static StepRow row(
      StepSettings settings,
      ComputeType type,
      Layout layout,
      int batch,
      double ms,
      double spread,
      boolean emulated) {
    StepProfile profile =
        new StepProfile(
            Map.of(
                OperatorKind.NORMALISATION,
                0.41,
                OperatorKind.CONVOLUTION,
                0.4,
                OperatorKind.ACTIVATION,
                0.15,
                OperatorKind.COPY,
                0.04));
    StepFigures figures =
        new StepFigures(
            List.of(ms),
            ms,
            ms - spread,
            ms,
            ms / 3,
            ms / 3,
            ms / 3,
            ms,
            100,
            2,
            1,
            profile,
            emulated,
            Allocator.TUNED,
            "0",
            "PyTorch",
            Optional.empty());
    return new StepRow(
            new StepSpec("net", 10, 128, batch, Execution.COMPILED, type, layout, Allocator.TUNED),
            settings,
            1,
            1_000_000_000,
            Optional.of(figures),
            Optional.empty(),
            OptionalDouble.empty(),
            StepRow.Comparison.none())
        .withPeak(1000);
  }

  @Test
  void saysHowMuchFasterAndWhatLimits() {
    List<String> lines =
        Verdict.of(
            List.of(
                row(ComputeType.FP32, Layout.NCHW, 150, 0, false),
                row(ComputeType.FP32, Layout.CHANNELS_LAST, 120, 0, false),
                row(ComputeType.BF16, Layout.CHANNELS_LAST, 480, 0, false)));

    assertThat(lines)
        .containsExactly(
            "net, 128 px, batch 16: fp32 channels_last takes 120.0 ms a step, at 80 % of the measured peak; its time goes to normalisation 41 %, convolution 40 %, activation 15 %",
            "net, 128 px, batch 16: bf16 channels_last is 0.25 x fp32 channels_last, at 20 % of the measured peak; its time goes to normalisation 41 %, convolution 40 %, activation 15 %; limited by memory and overhead: fewer or fused operators would help");
  }

  @Test
  void emulatedTimesAreNoVerdict() {
    assertThat(
            Verdict.of(
                List.of(
                    row(ComputeType.FP32, Layout.NCHW, 150, 0, false),
                    row(ComputeType.FP16, Layout.NCHW, 100, 0, true))))
        .last()
        .asString()
        .endsWith(
            "fp16 is emulated on this processor: its rounding is real, its time says nothing");
  }

  @Test
  void noisyRoundsAreNamed() {
    assertThat(Verdict.of(List.of(row(ComputeType.FP32, Layout.NCHW, 100, 30, false))))
        .singleElement()
        .asString()
        .endsWith("; rounds differ by 30 %, so measure again");
  }

  @Test
  void comparesImagesPerSecondAtTheBatchThatSuitsEachPrecision() {
    Layout layout = Layout.CHANNELS_LAST;
    assertThat(
            Verdict.of(
                List.of(
                    row(SETTINGS, ComputeType.FP32, layout, 16, 160, 0, false),
                    row(SETTINGS, ComputeType.BF16, layout, 16, 80, 0, false),
                    row(SETTINGS, ComputeType.FP32, layout, 96, 1000, 0, false),
                    row(SETTINGS, ComputeType.BF16, layout, 184, 460, 0, false),
                    row(SETTINGS, ComputeType.FP16, layout, 16, 1, 0, true))))
        .last()
        .isEqualTo(
            "net, 128 px, images per second at the best batch: fp32 channels_last 100.0 (batch 16), bf16 channels_last 400.0 (batch 184)");
  }

  @Test
  void namesTheSearchOfCudnnOnAGpu() {
    StepSettings gpu = new StepSettings(Task.TRAIN, "gpu", 2, OptimizerChoice.KITBAG, 1, 1, 0);
    assertThat(
            Verdict.of(
                List.of(
                    row(gpu, ComputeType.FP32, Layout.NCHW, 16, 160, 0, false),
                    row(
                        gpu.withAutotune(false),
                        ComputeType.FP32,
                        Layout.NCHW,
                        16,
                        200,
                        0,
                        false))))
        .singleElement()
        .asString()
        .startsWith("net, 128 px, batch 16: fp32 nchw autotune on takes 160.0 ms a step");
  }
}
