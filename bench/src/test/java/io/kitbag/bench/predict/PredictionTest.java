package io.kitbag.bench.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.models.FeatureMap;
import io.kitbag.models.Network;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.precision.ComputeType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PredictionTest {

  private static final FeatureMap IMAGE = new FeatureMap(3, 224, 224);
  private static final Network RESNET = Zoo.network("resnet50_v1b", ZooOptions.classes(1000));

  /** One 1 x 1 convolution from 64 to 64 channels on 8 x 8, by hand. */
  @Test
  void boundsALayerByArithmeticOrMemory() {
    Network.Builder net = Network.builder("one", 64);
    net.add("conv", Conv2d.of(64, 64, 1, 1), net.input());
    Network one = net.build();

    Prediction fp16 =
        Prediction.of(one, new FeatureMap(64, 8, 8), 1000, ComputeType.FP16, Gpu.V100);

    // Forward and the gradient of the weights; the images need none.
    double flops = 2 * 2.0 * 64 * 64 * 64 * 1000;
    double bytes = 2 * 2 * (2 * 64.0 * 64 * 1000 + 64 * 64);
    double update = 5 * 4 * 64 * 64 / 900e9;
    assertThat(fp16.leastSeconds())
        .isCloseTo(Math.max(flops / 125e12, bytes / 900e9) + update, within(1e-12));
    assertThat(fp16.memoryBoundShare()).isCloseTo(1, within(1e-9));
    assertThat(fp16.shareOfPeak()).isCloseTo(flops / 125e12 / fp16.leastSeconds(), within(1e-9));

    Prediction fp32 = Prediction.of(one, new FeatureMap(64, 8, 8), 1000, ComputeType.FP32, Gpu.T4);
    assertThat(fp32.leastSeconds())
        .isCloseTo(
            Math.max(flops / 8.1e12, 2 * bytes / 320e9) + 5 * 4 * 64 * 64 / 320e9, within(1e-12));
  }

  /**
   * NVIDIA's own results for this network with PyTorch (DeepLearningExamples, ResNet50 v1.5,
   * container 21.03, one GPU): no bound may be below what somebody has reached.
   */
  @Test
  void isAboveWhatHasBeenReached() {
    assertThat(most(ComputeType.TF32, Gpu.A100)).isGreaterThan(938);
    assertThat(most(ComputeType.FP16, Gpu.A100)).isGreaterThan(2470);
    assertThat(most(ComputeType.FP32, Gpu.V100)).isGreaterThan(356);
    assertThat(most(ComputeType.FP16, Gpu.V100)).isGreaterThan(1156);
  }

  private static double most(ComputeType compute, Gpu gpu) {
    return Prediction.of(RESNET, IMAGE, 256, compute, gpu).mostImagesPerSecond();
  }

  @ParameterizedTest
  @EnumSource(Gpu.class)
  void reducedFormatsAreFasterAndTakeLessMemory(Gpu gpu) {
    Prediction fp32 = Prediction.of(RESNET, IMAGE, 64, ComputeType.FP32, gpu);
    Prediction fp16 = Prediction.of(RESNET, IMAGE, 64, ComputeType.FP16, gpu);

    assertThat(fp16.leastSeconds()).isLessThan(fp32.leastSeconds());
    assertThat(fp16.memoryBytes()).isLessThan(fp32.memoryBytes());
    assertThat(fp16.largestBatch()).isGreaterThan(fp32.largestBatch());
    assertThat(fp32.shareOfPeak()).isBetween(0.05, 1.0);
    assertThat(gpu.source()).isNotBlank();
  }

  @Test
  void knowsWhatDoesNotFit() {
    Prediction large = Prediction.of(RESNET, IMAGE, 4096, ComputeType.FP32, Gpu.T4);

    assertThat(large.fits()).isFalse();
    assertThat(large.largestBatch()).isBetween(32L, 512L);
    assertThatThrownBy(() -> Prediction.of(RESNET, IMAGE, 1, ComputeType.BF16, Gpu.T4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("T4 has no BF16");
  }
}
