package io.kitbag.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.precision.script.ScriptModule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LossScalerTest {

  private final NDManager manager = TorchRuntime.newManager(Device.cpu());

  @AfterEach
  void close() {
    manager.close();
  }

  /** Reference: torch.amp.GradScaler, see src/test/python/reference.py; its version is stored. */
  @Test
  void scalesAndSkipsAsGradScalerDoes() throws IOException {
    List<String> lines = reference();
    assertThat(lines.get(0)).isEqualTo("# torch 2.7.1");
    LossScaler scaler = null;
    String series = "";
    int step = 0;
    long skipped = 0;
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ");
      if (words[0].equals("series")) {
        if (scaler != null) {
          scaler.close();
        }
        scaler = new LossScaler(dynamic(words), manager);
        series = words[1];
        step = 0;
        skipped = 0;
        continue;
      }
      boolean overflow = words[0].equals("1");
      boolean stepped = words[1].equals("1");
      NDList gradients = gradients(1, overflow ? Float.POSITIVE_INFINITY : 2, 3);
      boolean finite = scaler.unscale(gradients);
      gradients.close();
      scaler.update(finite);
      skipped += stepped ? 0 : 1;
      step++;
      assertThat(finite).as("%s step %d", series, step).isEqualTo(stepped);
      assertThat(scaler.scale())
          .as("%s scale after step %d", series, step)
          .isEqualTo(Float.parseFloat(words[2]));
      assertThat(scaler.goodSteps())
          .as("%s good steps after step %d", series, step)
          .isEqualTo(Integer.parseInt(words[3]));
      assertThat(scaler.skippedSteps()).isEqualTo(skipped);
    }
    scaler.close();
  }

  /**
   * apex's update_scale_hysteresis kernel: a countdown that starts at the hysteresis, falls with
   * every overflow, lowers the scale from zero on, and starts anew with a good step. Written out by
   * hand for a hysteresis of 2.
   */
  @Test
  void withHysteresisBacksOffFromTheSecondOverflowInARow() {
    String overflows = "1 0 1 1 1 0 0 1 0 0 0".replace(" ", "");
    double[] scales = {1024, 1024, 1024, 512, 256, 256, 256, 256, 256, 256, 512};
    int[] goodSteps = {0, 1, 0, 0, 0, 1, 2, 0, 1, 2, 0};
    try (LossScaler scaler =
        new LossScaler(new LossScaling.Dynamic(1024, 2, 0.5, 3).withHysteresis(2), manager)) {
      for (int i = 0; i < scales.length; i++) {
        scaler.update(overflows.charAt(i) == '0');
        assertThat(scaler.scale()).as("scale after step %d", i).isEqualTo(scales[i]);
        assertThat(scaler.goodSteps()).as("good steps after step %d", i).isEqualTo(goodSteps[i]);
      }
      assertThat(scaler.skippedSteps()).isEqualTo(5);
    }
  }

  @Test
  void aResumedRunGoesOnCountingOverflowsInARow() {
    LossScaling scaling = new LossScaling.Dynamic(1024, 2, 0.5, 3).withHysteresis(2);
    try (LossScaler whole = new LossScaler(scaling, manager);
        LossScaler resumed = new LossScaler(scaling, manager)) {
      whole.update(false);
      resumed.restore(
          whole.scale(), whole.goodSteps(), whole.overflowsInARow(), whole.skippedSteps());
      resumed.update(false);
      assertThat(resumed.scale()).isEqualTo(512);
    }
  }

  @Test
  void staysWithinBounds() {
    try (LossScaler scaler =
        new LossScaler(new LossScaling.Dynamic(8, 2, 0.5, 1).within(3, 12), manager)) {
      scaler.update(true);
      assertThat(scaler.scale()).isEqualTo(12);
      scaler.update(false);
      scaler.update(false);
      assertThat(scaler.scale()).isEqualTo(3);
      scaler.update(false);
      assertThat(scaler.scale()).isEqualTo(3);
    }
  }

  @Test
  void namesTheGradientsThatOverflowed() {
    try (LossScaler scaler = new LossScaler(new LossScaling.Static(4), manager)) {
      NDList gradients = new NDList();
      for (float bad : new float[] {1, Float.NaN, Float.MAX_VALUE, Float.NEGATIVE_INFINITY}) {
        gradients.add(manager.create(new float[] {2, bad, 3}));
      }
      assertThat(scaler.nonFinite(gradients)).containsExactly(1, 3);
      assertThat(scaler.unscale(gradients)).isFalse();
      assertThat(scaler.nonFinite(gradients)).containsExactly(1, 3);
    }
  }

  @Test
  void neverBacksOffToZero() {
    try (LossScaler scaler =
        new LossScaler(new LossScaling.Dynamic(0x1p-120, 2, 0.01, 1), manager)) {
      scaler.update(false);
      assertThat(scaler.scale()).isEqualTo(Float.MIN_NORMAL);
      scaler.update(false);
      assertThat(scaler.scale()).isEqualTo(Float.MIN_NORMAL);
      scaler.update(true);
      assertThat(scaler.scale()).isEqualTo(2 * Float.MIN_NORMAL);
    }
  }

  @Test
  void dividesGradientsInPlace() {
    try (LossScaler scaler = new LossScaler(new LossScaling.Static(1000), manager)) {
      NDList gradients = gradients(1000, -3, 0x1p-140f);
      NDArray first = gradients.get(0);
      assertThat(scaler.unscale(gradients)).isTrue();
      // GradScaler multiplies by the fp32 reciprocal.
      float inverse = (float) (1.0 / 1000);
      assertThat(first.toFloatArray())
          .containsExactly(1000 * inverse, -3 * inverse, 0x1p-140f * inverse);
    }
  }

  @Test
  void findsOneBadValueInAnyTensorAtAnyPlaceInEitherLayout() {
    try (LossScaler scaler = new LossScaler(LossScaling.dynamic(), manager);
        ScriptModule layout =
            ScriptModule.compile(
                manager,
                """
                def channels_last(self: __torch__.M, x: Tensor) -> Tensor:
                  return torch.contiguous(x, memory_format=2)
                """)) {
      // The last shape is long enough for PyTorch to divide it among threads.
      List<Shape> shapes = List.of(new Shape(1), new Shape(10, 7), new Shape(33, 20, 9, 7));
      for (float bad : new float[] {Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NaN}) {
        for (int tensor = 0; tensor < shapes.size(); tensor++) {
          int size = (int) shapes.get(tensor).size();
          for (int place : new int[] {0, size / 3, size - 1}) {
            try (NDManager scope = manager.newSubManager()) {
              NDList gradients = new NDList();
              for (int i = 0; i < shapes.size(); i++) {
                float[] values = ones((int) shapes.get(i).size());
                if (i == tensor) {
                  values[place] = bad;
                }
                NDArray plain = scope.create(values, shapes.get(i));
                gradients.add(i == 2 ? layout.run(scope, "channels_last", plain).get(0) : plain);
              }
              assertThat(scaler.unscale(gradients))
                  .as("%s at %d of tensor %d", bad, place, tensor)
                  .isFalse();
            }
          }
        }
      }
    }
  }

  @Test
  void doesNotTakeLargeFiniteGradientsForAnOverflow() {
    try (LossScaler scaler = new LossScaler(new LossScaling.Static(2), manager)) {
      float[] large = new float[1000];
      Arrays.fill(large, 1e38f);
      large[3] = -Float.MAX_VALUE;
      NDList gradients = new NDList(manager.create(large), manager.create(large));
      assertThat(scaler.unscale(gradients)).isTrue();
      assertThat(gradients.get(1).getFloat(3)).isEqualTo(-Float.MAX_VALUE / 2);
    }
  }

  @Test
  void keepsAStaticScaleAndStillSkips() {
    try (LossScaler scaler = new LossScaler(new LossScaling.Static(128), manager)) {
      scaler.update(scaler.unscale(gradients(Float.NaN)));
      assertThat(scaler.scale()).isEqualTo(128);
      assertThat(scaler.skippedSteps()).isEqualTo(1);
    }
  }

  @Test
  void readsNothingWithoutScaling() {
    try (LossScaler scaler = new LossScaler(new LossScaling.None(), manager)) {
      assertThat(scaler.isDisabled()).isTrue();
      assertThat(scaler.scale()).isEqualTo(1);
      assertThat(scaler.unscale(gradients(Float.NaN))).isTrue();
    }
  }

  @Test
  void continuesFromSavedNumbers() {
    LossScaling scaling = new LossScaling.Dynamic(1024, 2, 0.5, 3);
    try (LossScaler whole = new LossScaler(scaling, manager);
        LossScaler resumed = new LossScaler(scaling, manager)) {
      for (boolean finite : new boolean[] {true, false, true, true}) {
        whole.update(finite);
      }
      resumed.restore(
          whole.scale(), whole.goodSteps(), whole.overflowsInARow(), whole.skippedSteps());
      for (LossScaler scaler : List.of(whole, resumed)) {
        scaler.update(true);
        assertThat(scaler.scale()).isEqualTo(1024);
        assertThat(scaler.goodSteps()).isZero();
        assertThat(scaler.skippedSteps()).isEqualTo(1);
      }
    }
  }

  @Test
  void refusesNumbersThatNoScalerHad() {
    try (LossScaler scaler = new LossScaler(LossScaling.dynamic(), manager)) {
      for (double scale : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 0x1p-127}) {
        assertThatThrownBy(() -> scaler.restore(scale, 0, 0, 0))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("saved scale=" + scale);
      }
      assertThatThrownBy(() -> scaler.restore(1, -1, 0, 0)).hasMessageContaining("goodSteps=-1");
      assertThat(scaler.scale()).isEqualTo(0x1p16);
    }
  }

  @Test
  void refusesScalingThatCannotWork() {
    assertThatThrownBy(() -> new LossScaling.Static(0)).hasMessageContaining("scale=0.0");
    assertThatThrownBy(() -> new LossScaling.Static(1e39)).hasMessageContaining("scale=1.0E39");
    assertThatThrownBy(() -> new LossScaling.Dynamic(1, 1, 0.5, 1))
        .hasMessageContaining("growth=1.0");
    assertThatThrownBy(() -> new LossScaling.Dynamic(1, 2, 1, 1))
        .hasMessageContaining("backoff=1.0");
    assertThatThrownBy(() -> new LossScaling.Dynamic(1, 2, 0.5, 0))
        .hasMessageContaining("interval=0");
    assertThatThrownBy(() -> LossScaling.dynamic().withHysteresis(0))
        .hasMessageContaining("hysteresis=0");
    assertThatThrownBy(() -> LossScaling.dynamic().within(1, 1024))
        .hasMessageContaining("initial=65536.0 must lie between min=1.0 and max=1024.0");
  }

  @Test
  void leavesNoArraysBehind() {
    NDList gradients = gradients(1, 2, 3);
    int before = manager.getManagedArrays().size();
    try (LossScaler scaler = new LossScaler(LossScaling.dynamic(), manager)) {
      scaler.update(scaler.unscale(gradients));
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  private NDList gradients(float... values) {
    return new NDList(manager.create(values));
  }

  private static float[] ones(int size) {
    float[] values = new float[size];
    Arrays.fill(values, 1);
    return values;
  }

  private static LossScaling.Dynamic dynamic(String[] words) {
    return new LossScaling.Dynamic(
        Double.parseDouble(words[2]),
        Double.parseDouble(words[3]),
        Double.parseDouble(words[4]),
        Integer.parseInt(words[5]));
  }

  private static List<String> reference() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                LossScalerTest.class.getResourceAsStream("grad-scaler.txt"),
                StandardCharsets.UTF_8))) {
      return reader.lines().toList();
    }
  }
}
