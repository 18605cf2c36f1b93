package io.kitbag.bench.step;

import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Made-up configurations and measurements. */
final class Samples {

  static final StepSettings SETTINGS =
      new StepSettings(Task.TRAIN, "cpu", 2, OptimizerChoice.KITBAG, 1, 1, 0);

  static final Machine MACHINE =
      new Machine(
          "Some CPU",
          2,
          4096,
          "Linux 6 amd64",
          0.5,
          "OMP_WAIT_POLICY passive",
          "0.1.0",
          "Some VM 17");

  static final StepSpec COMPILED =
      spec(Execution.COMPILED, ComputeType.BF16, Layout.CHANNELS_LAST, Allocator.TUNED);
  static final StepSpec PLAIN =
      spec(Execution.PLAIN, ComputeType.FP32, Layout.NCHW, Allocator.TUNED);
  static final StepSpec STOCK =
      spec(Execution.PLAIN_KEEPING, ComputeType.FP32, Layout.NCHW, Allocator.SYSTEM);

  static final StepProfile PROFILE =
      new StepProfile(Map.of(OperatorKind.CONVOLUTION, 0.75, OperatorKind.NORMALISATION, 0.25));

  private Samples() {}

  static StepSpec spec(
      Execution execution, ComputeType precision, Layout layout, Allocator allocator) {
    return new StepSpec("cifar_resnet8d", 10, 32, 16, execution, precision, layout, allocator);
  }

  /** Steps of the given length, a quarter forward, a half backward, a quarter update. */
  static StepMeasurement measurement(long peakMemoryKiB, double loss, double... stepMs) {
    List<StepSample> samples =
        Arrays.stream(stepMs).mapToObj(ms -> new StepSample(ms / 4, ms / 2, ms / 4)).toList();
    return new StepMeasurement(
        samples,
        150,
        loss,
        loss / 2,
        PROFILE,
        peakMemoryKiB,
        false,
        Allocator.TUNED,
        "0.25.0",
        "PyTorch",
        null);
  }
}
