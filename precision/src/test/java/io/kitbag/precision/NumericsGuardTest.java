package io.kitbag.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.BaseNDManager;
import ai.djl.ndarray.NDManager;
import io.kitbag.precision.NumericsGuard.Comparison;
import io.kitbag.precision.NumericsGuard.Report;
import io.kitbag.precision.internal.guard.Probe;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NumericsGuardTest {

  private static final Comparison RIGHT = new Comparison("a convolution", 1e-6, 1e-5);
  private static final Comparison WRONG = new Comparison("a convolution", 0.5, 1e-5);

  static List<Policy> policies() {
    return List.of(
        Policy.fp32(),
        Policy.fp32().channelsLast(),
        Policy.bf16().channelsLast(),
        Policy.fp16().channelsLast());
  }

  @ParameterizedTest
  @MethodSource("policies")
  void findsThisStackRight(Policy policy) throws ReflectiveOperationException {
    int before = liveResources();
    Report report = NumericsGuard.check(policy, Device.cpu());
    assertThat(report.oneDnnDisabled()).isFalse();
    assertThat(report.comparisons()).isGreaterThanOrEqualTo(57);
    assertThat(report.worst().share()).isBetween(1e-4, 0.5);
    assertThat(report.emulated()).isEqualTo(policy.isEmulatedOn(Device.cpu()));
    assertThat(NumericsGuard.check(policy, Device.cpu())).as("twice").isEqualTo(report);
    assertThat(liveResources()).as("arrays and managers").isEqualTo(before);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void findsThisStackRightWithoutOneDnn() {
    TorchRuntime.useOneDnn(false);
    try {
      assertThat(NumericsGuard.check(Policy.fp32().channelsLast(), Device.cpu()).worst().agrees())
          .isTrue();
    } finally {
      TorchRuntime.useOneDnn(true);
    }
  }

  @Test
  void goesFromTheLeastRiskyToThePolicyItself() {
    FakeProbe probe = new FakeProbe();
    guard(Policy.fp32().channelsLast(), Device.cpu(), probe).check();
    assertThat(probe.calls).containsExactly("FP32 NCHW forward", "FP32 NCHW", "FP32 CHANNELS_LAST");
  }

  @Test
  void checksAnEmulatedTypeAsTheFp32ItRunsOn() {
    FakeProbe probe = new FakeProbe();
    Report report = guard(Policy.fp16().channelsLast(), Device.cpu(), probe).check();
    assertThat(probe.calls).containsExactly("FP32 NCHW forward", "FP32 NCHW", "FP32 CHANNELS_LAST");
    assertThat(report)
        .hasToString(
            "fp16 channels_last: 3 results agree with float64 (in fp32, on which the type is emulated);"
                + " nearest to its bound: a convolution is off by 1.0e-06 where rounding allows 1.0e-05");
  }

  @Test
  void switchesOneDnnOffBeforeAnythingRiskierAndChecksAgain() {
    FakeProbe probe = new FakeProbe(WRONG);
    String log =
        warnings(
            () -> {
              Report report = guard(Policy.fp32().channelsLast(), Device.cpu(), probe).check();
              assertThat(report.oneDnnDisabled()).isTrue();
              assertThat(report.worst()).isEqualTo(RIGHT);
              assertThat(report.toString()).contains("with oneDNN switched off");
            });
    assertThat(probe.calls)
        .containsExactly(
            "FP32 NCHW forward",
            "oneDNN off",
            "FP32 NCHW forward",
            "FP32 NCHW",
            "FP32 CHANNELS_LAST");
    assertThat(log).contains("WARN", "a convolution is off by 0.50", "Switching oneDNN off");
  }

  @Test
  void refusesToTrainWhenSwitchingOneDnnOffDoesNotHelp() {
    FakeProbe probe =
        new FakeProbe(RIGHT, WRONG, RIGHT, RIGHT, new Comparison("linear", Double.NaN, 1));
    warnings(
        () ->
            assertThatThrownBy(
                    () -> guard(Policy.fp32().channelsLast(), Device.cpu(), probe).check())
                .isInstanceOf(NumericsException.class)
                .hasMessageContaining("cpu() (fp32 channels_last): linear is off by NaN")
                .hasMessageContaining("use another policy"));
    assertThat(probe.calls).hasSize(6).containsOnlyOnce("oneDNN off");
  }

  @Test
  void refusesToTrainWhenOneDnnCannotBeSwitchedOff() {
    warnings(
        () ->
            assertThatThrownBy(
                    () ->
                        new NumericsGuard(
                                Policy.fp32(),
                                Device.cpu(),
                                new FakeProbe(WRONG),
                                () -> {
                                  throw new UnsupportedOperationException("not here");
                                })
                            .check())
                .isInstanceOf(NumericsException.class)
                .hasMessageContaining("not here")
                .hasMessageContaining("ONEDNN_MAX_CPU_ISA=SSE41"));
  }

  @Test
  void checksGpusInThePolicyOnlyAndLeavesOneDnnAlone() {
    FakeProbe probe = new FakeProbe(WRONG);
    assertThatThrownBy(() -> guard(Policy.bf16().channelsLast(), Device.gpu(), probe).check())
        .isInstanceOf(NumericsException.class)
        .hasMessageContaining("gpu(0) (bf16 channels_last): a convolution is off by 0.50")
        .hasMessageContaining("Use fp32");
    assertThat(probe.calls).containsExactly("BF16 CHANNELS_LAST");
  }

  @Test
  void refusesTf32OnCpu() {
    assertThatThrownBy(() -> NumericsGuard.check(Policy.tf32(), Device.cpu()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use fp32");
  }

  private static NumericsGuard guard(Policy policy, Device device, FakeProbe probe) {
    return new NumericsGuard(policy, device, probe, () -> probe.calls.add("oneDNN off"));
  }

  /** Answers with prepared comparisons, then with right ones. */
  private static final class FakeProbe implements Probe {

    private final List<String> calls = new ArrayList<>();
    private final List<Comparison> answers;

    FakeProbe(Comparison... answers) {
      this.answers = new ArrayList<>(List.of(answers));
    }

    @Override
    public Findings run(Policy policy, boolean gradients) {
      calls.add(policy.compute() + " " + policy.layout() + (gradients ? "" : " forward"));
      return new Findings(1, answers.isEmpty() ? RIGHT : answers.remove(0));
    }
  }

  private static String warnings(Runnable action) {
    PrintStream before = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
    try {
      action.run();
    } finally {
      System.setErr(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** What the engine's root manager holds. */
  private static int liveResources() throws ReflectiveOperationException {
    try (NDManager manager = TorchRuntime.newManager(Device.cpu())) {
      Field resources = BaseNDManager.class.getDeclaredField("resources");
      resources.setAccessible(true);
      return ((Map<?, ?>) resources.get(manager.getParentManager())).size();
    }
  }
}
