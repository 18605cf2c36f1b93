package io.kitbag.precision.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.kitbag.models.FeatureMap;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.Relu;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Policy;
import io.kitbag.precision.advice.TensorCoreAdvice.Layer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TensorCoreAdviceTest {

  private static final FeatureMap IMAGE = new FeatureMap(3, 8, 6);

  private static Network network() {
    Network.Builder builder = Network.builder("tiny", 3);
    Node x = builder.add("stem", Conv2d.of(3, 16, 3, 2), builder.input());
    x = builder.add("conv", Conv2d.of(16, 32, 3, 1), x);
    x = builder.add("depthwise", new Conv2d(32, 32, 3, 1, 1, 32, false), x);
    x = builder.add("pool", new GlobalAvgPool(), x);
    builder.add("fc", new Linear(32, 10, true), x);
    return builder.build();
  }

  private static Layer layer(TensorCoreAdvice advice, String name) {
    return advice.layers().stream().filter(l -> l.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void givesTheDimensionsOfAllThreeProducts() {
    TensorCoreAdvice advice = TensorCoreAdvice.of(network(), IMAGE, 64, ComputeType.FP16);
    // 64 images of 4 × 3 pixels.
    double flops = 2.0 * 768 * 32 * 144;
    assertThat(layer(advice, "conv").gemms())
        .containsExactly(
            new Gemm(Gemm.Pass.FORWARD, 768, 32, 144, 1, flops, "nk"),
            new Gemm(Gemm.Pass.INPUT_GRADIENT, 768, 16, 288, 1, flops, "nk"),
            new Gemm(Gemm.Pass.WEIGHT_GRADIENT, 32, 144, 768, 1, flops, "mn"));
    assertThat(layer(advice, "conv").problems()).isEmpty();
    assertThat(layer(advice, "conv").eligibleFlops()).isEqualTo(layer(advice, "conv").flops());
    assertThat(layer(advice, "stem").gemms()).as("images need no gradient").hasSize(2);
  }

  @Test
  void saysWhatFailsAndWhatPaddingCostsAndGains() {
    TensorCoreAdvice advice = TensorCoreAdvice.of(network(), IMAGE, 64, ComputeType.BF16);
    Layer stem = layer(advice, "stem");
    assertThat(stem.problems()).containsExactly("input channels 3 is no multiple of 8 (next 8)");
    assertThat(stem.eligibleFlops()).isZero();
    assertThat(stem.paddingCost()).isCloseTo(8 / 3.0, within(1e-12));
    assertThat(stem.paddingGain()).isCloseTo(4 * 3 / 8.0, within(1e-12));
    Layer fc = layer(advice, "fc");
    assertThat(fc.problems()).containsExactly("outputs 10 is no multiple of 8 (next 16)");
    assertThat(layer(advice, "depthwise").problems().get(0)).startsWith("depthwise");
    assertThat(layer(advice, "depthwise").eligibleFlops()).isZero();
  }

  @Test
  void wantsTheBatchOfALinearLayerInMultiplesToo() {
    TensorCoreAdvice advice = TensorCoreAdvice.of(network(), IMAGE, 30, ComputeType.FP16);
    assertThat(layer(advice, "fc").problems()).contains("batch 30 is no multiple of 8 (next 32)");
    assertThat(layer(advice, "conv").problems()).isEmpty();
  }

  @Test
  void tf32WantsMultiplesOfFour() {
    TensorCoreAdvice advice = TensorCoreAdvice.of(network(), IMAGE, 30, ComputeType.TF32);
    assertThat(layer(advice, "fc").problems())
        .containsExactly(
            "outputs 10 is no multiple of 4 (next 12)", "batch 30 is no multiple of 4 (next 32)");
  }

  /** The zoo's own count is of one forward pass; three products follow, but for the first layer. */
  @Test
  void countsTheOperationsOfAStep() {
    Network resnet = Zoo.network("resnet50_v1", ZooOptions.classes(1000));
    TensorCoreAdvice advice =
        TensorCoreAdvice.of(resnet, new FeatureMap(3, 224, 224), 8, ComputeType.FP16);
    double macs = resnet.summary(224, 224).macs();
    double stem = 64 * 112.0 * 112 * 147;
    assertThat(advice.flops()).isCloseTo(8 * 2 * (3 * macs - stem), within(1.0));
    assertThat(advice.eligibleShare()).isBetween(0.97, 0.99);
  }

  @Test
  void memoryBytesAreThoseThatDerivativesNeed() {
    Network.Builder builder = Network.builder("kept", 3);
    Node conv = builder.add("conv", Conv2d.of(3, 4, 3, 1), builder.input());
    Node bn = builder.add("bn", BatchNorm.of(4), conv);
    Node relu = builder.add("relu", new Relu(), bn);
    builder.add("fc", new Linear(4, 2, true), builder.add("pool", new GlobalAvgPool(), relu));
    StepMemory memory = StepMemory.of(builder.build(), IMAGE, 4, 1);
    // The image for the convolution, its result for the norm, ReLU's result, the pooled vector.
    assertThat(memory.layers().stream().map(StepMemory.Layer::keptBytes).toList())
        .isEqualTo(List.of(4L * 144, 4L * 192, 0L, 4L * 192, 4L * 4, 0L));
    assertThat(memory.fixedBytes()).isEqualTo(4 * 3 * (108 + 8 + 10));
    assertThat(memory.passingBytesPerImage()).isEqualTo(4 * (192 + 192));
    long some = memory.bytes(10);
    assertThat(memory.largestBatch(some)).isEqualTo(10);
    assertThat(memory.largestBatch(some - 1)).isEqualTo(9);
    assertThat(memory.largestBatch(1)).isZero();
  }

  @Test
  void rooflinesTellArithmeticFromMemory() {
    Roofline roofline = Roofline.of(network(), IMAGE, 64, 4, new MachinePeaks(1e9, 1e9));
    Roofline.Layer conv =
        roofline.layers().stream().filter(l -> l.name().equals("conv")).findFirst().orElseThrow();
    double bytes = 3 * 4 * (64 * 12 * (16 + 32) + 16 * 32 * 9.0);
    double flops = 3 * 2 * 64 * 12 * 32 * 144.0;
    assertThat(conv.bytes()).isEqualTo(bytes);
    assertThat(conv.flops()).isEqualTo(flops);
    assertThat(conv.memoryBound()).isFalse();
    assertThat(conv.seconds()).isCloseTo(flops / 1e9, within(1e-12));
    Roofline slowMemory = Roofline.of(network(), IMAGE, 64, 4, new MachinePeaks(1e12, 1e9));
    assertThat(slowMemory.memoryBoundShare()).isEqualTo(1);
    assertThat(slowMemory.peaks().ridge()).isEqualTo(1000);
  }

  @Test
  void measuresThisMachine() {
    MachinePeaks peaks = MachinePeaks.measure(Device.cpu(), Policy.fp32());
    assertThat(peaks.flopsPerSecond()).isBetween(1e8, 1e14);
    assertThat(peaks.bytesPerSecond()).isBetween(1e8, 1e13);
  }
}
