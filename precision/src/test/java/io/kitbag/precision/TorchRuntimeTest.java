package io.kitbag.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.precision.script.ScriptModule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class TorchRuntimeTest {

  @AfterEach
  void oneDnnOn() {
    if (!TorchRuntime.usesOneDnn()) {
      TorchRuntime.useOneDnn(true);
    }
  }

  @Test
  void tellsVersions() {
    assertThat(TorchRuntime.torchVersion()).matches("2\\.\\d+\\.\\d+");
    assertThat(TorchRuntime.djlVersion()).matches("0\\.\\d+\\.\\d+");
  }

  @Test
  void refusesNoThreads() {
    for (int threads : new int[] {0, -1}) {
      assertThatThrownBy(() -> TorchRuntime.setThreads(threads))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("threads=%d must be at least 1", threads);
    }
  }

  @Test
  void computesWithOneThread() {
    TorchRuntime.setThreads(1);
    assertThat(onesTimesOnes()).isEqualTo(3 * 9);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void switchesOneDnnOffAndOn() {
    assertThat(TorchRuntime.usesOneDnn()).isTrue();
    TorchRuntime.useOneDnn(false);
    assertThat(TorchRuntime.usesOneDnn()).isFalse();
    assertThat(onesTimesOnes()).isEqualTo(3 * 9);
    TorchRuntime.useOneDnn(true);
    assertThat(TorchRuntime.usesOneDnn()).isTrue();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void emulatesBf16OnCpuWithoutOneDnn() {
    TorchRuntime.useOneDnn(false);
    assertThat(Policy.bf16().isEmulatedOn(Device.cpu())).isTrue();
    assertThat(Policy.bf16().isEmulatedOn(Device.gpu())).isFalse();
    assertThat(Policy.fp32().isEmulatedOn(Device.cpu())).isFalse();
  }

  /** The middle of a 3 × 3 convolution of three channels, all ones. */
  private static float onesTimesOnes() {
    try (NDManager manager = TorchRuntime.newManager(Device.cpu());
        ScriptModule script =
            ScriptModule.compile(
                manager,
                """
                def convolve(self: __torch__.M, x: Tensor, w: Tensor) -> Tensor:
                  return torch.conv2d(x, w, None, [1, 1], [1, 1], [1, 1], 1)
                """)) {
      NDArray images = manager.ones(new Shape(1, 3, 5, 5));
      NDArray weights = manager.ones(new Shape(2, 3, 3, 3));
      return script.run(manager, "convolve", images, weights).get(0).getFloat(0, 1, 2, 2);
    }
  }
}
