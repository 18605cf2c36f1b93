package io.kitbag.bench.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class SweepTest {

  private static Sweep sweep(MallocChoice malloc, String... models) {
    return new Sweep(
        List.of(models),
        OptionalInt.empty(),
        OptionalInt.empty(),
        List.of(16),
        List.of(Execution.values()),
        List.of(ComputeType.FP32, ComputeType.BF16),
        List.of(Layout.values()),
        malloc,
        List.of("2.0.1"));
  }

  @Test
  void combinesPrecisionsAndLayoutsForTheCompiledExecutionAndPeers() {
    assertThat(sweep(MallocChoice.AUTO, "resnet50_v1d").specs())
        .extracting(StepSpec::variant)
        .containsExactly(
            "compiled/fp32/nchw/tuned",
            "compiled/fp32/channels_last/tuned",
            "compiled/bf16/nchw/tuned",
            "compiled/bf16/channels_last/tuned",
            "plain/fp32/nchw/tuned",
            "plain-keeping/fp32/nchw/system",
            "torch@2.0.1/fp32/nchw/tuned",
            "torch@2.0.1/fp32/channels_last/tuned",
            "torch@2.0.1/bf16/nchw/tuned",
            "torch@2.0.1/bf16/channels_last/tuned",
            "torch-compile@2.0.1/fp32/nchw/tuned",
            "torch-compile@2.0.1/fp32/channels_last/tuned",
            "torch-compile@2.0.1/bf16/nchw/tuned",
            "torch-compile@2.0.1/bf16/channels_last/tuned");
  }

  @Test
  void measuresWithBothAllocatorsIfAsked() {
    assertThat(sweep(MallocChoice.BOTH, "resnet50_v1d").specs())
        .hasSize(28)
        .extracting(StepSpec::malloc)
        .containsOnly(Allocator.TUNED, Allocator.SYSTEM);
    assertThat(sweep(MallocChoice.SYSTEM, "resnet50_v1d").specs())
        .extracting(StepSpec::malloc)
        .containsOnly(Allocator.SYSTEM);
  }

  @Test
  void cifarNetworksGetCifarImagesUnlessToldOtherwise() {
    assertThat(sweep(MallocChoice.AUTO, "resnet50_v1d", "cifar_resnet20").specs())
        .extracting(StepSpec::toString)
        .contains(
            "resnet50_v1d 128 px batch 16 plain/fp32/nchw/tuned",
            "cifar_resnet20 32 px batch 16 plain/fp32/nchw/tuned");
  }

  @Test
  void namesAreReadInEitherSpelling() {
    assertThat(Labels.parse(Layout.class, "layout", "channels-last"))
        .isEqualTo(Layout.CHANNELS_LAST);
    assertThat(Labels.parse(Execution.class, "execution", "plain-keeping"))
        .isEqualTo(Execution.PLAIN_KEEPING);
    assertThatThrownBy(() -> Labels.parse(Layout.class, "layout", "nhwc"))
        .hasMessage("layout 'nhwc' is not one of nchw, channels_last");
  }

  @Test
  void baselineIsReadAndMatchesItsOwnConfigurationOnly() {
    Baseline baseline = Baseline.parse("compiled/bf16/channels_last/tuned");

    assertThat(baseline.matches(Samples.COMPILED)).isTrue();
    assertThat(baseline.matches(Samples.PLAIN)).isFalse();
    assertThat(Baseline.stockDjl().matches(Samples.STOCK)).isTrue();
    assertThatThrownBy(() -> Baseline.parse("plain")).hasMessageContaining("such as plain-keeping");
    assertThatThrownBy(() -> Baseline.parse("plain/fp8/nchw/tuned"))
        .hasMessageContaining("precision 'fp8'");
  }

  @Test
  void refusesWhatCannotRun() {
    assertThatThrownBy(
            () -> Samples.spec(Execution.PLAIN, ComputeType.BF16, Layout.NCHW, Allocator.TUNED))
        .hasMessage("the plain execution runs in fp32 and nchw only, not in bf16 and nchw");
    assertThatThrownBy(() -> new StepSettings(Task.TRAIN, "tpu", 2, OptimizerChoice.NONE, 1, 1, 0))
        .hasMessage("device 'tpu' must be cpu, gpu or gpu:<n>");
    assertThatThrownBy(
            () -> new StepSettings(Task.TRAIN, "gpu:1", 0, OptimizerChoice.NONE, 1, 1, 0))
        .hasMessage("threads=0 must be at least 1");
  }
}
