package io.kitbag.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.DrawKey;
import io.kitbag.models.Network;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CompiledNetworkTest {

  /** Sums of a few thousand fp32 terms in another order. */
  private static final double FORWARD = 1e-5;

  private static final double GRADIENTS = 1e-4;

  /** Rounding steps of a reduced format that may add up on the way; 2.2 were seen. */
  private static final double ROUNDINGS = 3;

  /** The same, back again; 4.5 were seen. */
  private static final double GRADIENT_ROUNDINGS = 6;

  /**
   * A relative error where whole maps are pooled: of two values that round to nearly one number
   * another is the larger, and its weights get the gradient; 0.1 was seen, in bf16.
   */
  private static final double POOLED_ERROR = 0.2;

  private static final Network SMALL = Zoo.network("cifar_resnet20d", ZooOptions.classes(10));

  private static final ZooOptions SEVEN =
      ZooOptions.classes(7).withZeroGamma(true).withAuxiliaryHead(false);

  /** One of each family, in each way of building it; depth and width are a matter of numbers. */
  static Stream<Network> families() {
    Stream<String> names =
        Stream.of(
            "resnet18_v1",
            "resnet50_v1",
            "resnet50_v1c",
            "resnet50_v1d",
            "resnet18_v1e",
            "se_resnet18_v1b",
            "resnet50_v1b_gn",
            "resnext50_32x4d",
            "cifar_resnet20",
            "cifar_resnet56d",
            "cifar_wideresnet10_2",
            "mobilenet0.25",
            "mobilenet_v2_0.25",
            "mobilenet_v3_large",
            "mobilenet_v3_small",
            "inception_v3",
            "resnet9_w24",
            "airbench_16_24_24");
    Stream<Network> withOptions =
        Stream.of(
            Zoo.network(
                "resnet18_v1d",
                SEVEN
                    .withBlurPool(true)
                    .withSqueezeExcite(true)
                    .withDropPath(0.3)
                    .withDropout(0.2)),
            Zoo.network("mobilenet_v2_0.25", SEVEN.withBlurPool(true).withGroupNorm(true)),
            Zoo.network("cifar_resnet20d", SEVEN.withFrozenBatchNorm(true)));
    return Stream.concat(names.map(name -> Zoo.network(name, SEVEN)), withOptions);
  }

  private static boolean isInception(Network network) {
    return network.name().equals("inception_v3");
  }

  @ParameterizedTest
  @MethodSource("families")
  void agreesWithThePlainExecutionAtOddSizes(Network network) {
    boolean large = isInception(network);
    Map<String, HostTensor> values = Reference.values(network);
    // Inception's last batch norms get two values of each image: over one, they amplify roundings.
    Reference.Batch batch =
        PoolTies.batchWithoutTies(network, values, 5, large ? 107 : 33, large ? 91 : 47, 7);
    Reference plain = Reference.plain(network, values, batch);
    for (Policy policy : List.of(Policy.fp32(), Policy.fp32().channelsLast())) {
      Reference compiled = Reference.compiled(network, policy, values, batch, 1);
      assertThat(Reference.relativeError(compiled.logits(), plain.logits()))
          .as("%s logits", policy)
          .isLessThan(FORWARD);
      assertThat(compiled.gradientError(plain)).as("%s gradients", policy).isLessThan(GRADIENTS);
      plain.after().forEach((tensor, expected) -> sameAfterwards(compiled, tensor, expected));
    }
  }

  /** On larger images: batch norms over a few values amplify roundings. Ties hardly matter here. */
  @ParameterizedTest
  @MethodSource("families")
  void agreesWithThePlainExecutionButForRoundings(Network network) {
    boolean large = isInception(network);
    Map<String, HostTensor> values = Reference.values(network);
    Reference.Batch batch = Reference.Batch.random(5, 3, large ? 139 : 65, large ? 123 : 81, 7, 1);
    Reference plain = Reference.plain(network, values, batch);
    for (Policy policy : List.of(Policy.bf16().channelsLast(), Policy.fp16().channelsLast())) {
      Reference compiled = Reference.compiled(network, policy, values, batch, 1);
      double rounding = policy.compute().epsilon();
      assertThat(Reference.relativeError(compiled.logits(), plain.logits()) / rounding)
          .as("%s logits", policy)
          .isLessThan(ROUNDINGS);
      assertThat(compiled.gradientError(plain) / rounding)
          .as("%s gradients", policy)
          .isLessThan(
              network.name().startsWith("airbench") ? POOLED_ERROR / rounding : GRADIENT_ROUNDINGS);
      // One number for all: in the deepest networks single channels are off by a sixth in bf16,
      // native or emulated, as their means are a hundred times their deviations here.
      assertThat(compiled.statisticsError(plain) / rounding)
          .as("%s running statistics", policy)
          .isLessThan(ROUNDINGS);
    }
  }

  /** The running statistics are updated alike. */
  private static void sameAfterwards(Reference compiled, String tensor, HostTensor expected) {
    float[] actual = compiled.after().get(tensor).toFloats();
    assertThat(Reference.relativeError(actual, expected.toFloats()))
        .as("%s after one step", tensor)
        .isLessThan(GRADIENTS);
  }

  /** The rest of the zoo differs in numbers only: it compiles and runs. */
  @ParameterizedTest
  @MethodSource("io.kitbag.models.zoo.Zoo#names")
  void everyNetworkOfTheZooCompiles(String name) {
    Network network = Zoo.network(name, SEVEN);
    int size = network.name().equals("inception_v3") ? 75 : 32;
    try (CompiledNetwork net =
            CompiledNetwork.of(network, Policy.bf16(), Device.cpu(), Normalization.none(3));
        NDManager manager = net.manager().newSubManager()) {
      NDArray images = manager.zeros(new Shape(1, 3, size, size));
      assertThat(net.predict(images).getShape()).isEqualTo(new Shape(1, 7));
    }
  }

  @Test
  void normalisesBytesInsideTheGraph() {
    Normalization normalization = Normalization.imageNet();
    byte[] bytes = new byte[2 * 3 * 9 * 11];
    float[] floats = new float[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 37);
      int channel = i / 99 % 3;
      floats[i] =
          (float)
              (((bytes[i] & 0xff) - normalization.mean().get(channel))
                  / normalization.std().get(channel));
    }
    Map<String, HostTensor> values = Reference.values(SMALL);
    try (CompiledNetwork inside =
            CompiledNetwork.of(SMALL, Policy.fp32(), Device.cpu(), normalization);
        CompiledNetwork outside =
            CompiledNetwork.of(SMALL, Policy.fp32(), Device.cpu(), Normalization.none(3));
        NDManager manager = inside.manager().newSubManager()) {
      inside.load(values);
      outside.load(values);
      Shape shape = new Shape(2, 3, 9, 11);
      ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
      float[] fromBytes =
          inside.predict(manager.create(direct, shape, DataType.UINT8)).toFloatArray();
      float[] fromFloats = outside.predict(manager.create(floats, shape)).toFloatArray();
      assertThat(Reference.relativeError(fromBytes, fromFloats)).isLessThan(FORWARD);
    }
  }

  @Test
  void scalesGradientsByTheLossScale() {
    Map<String, HostTensor> values = Reference.values(SMALL);
    Reference.Batch batch = Reference.Batch.random(3, 3, 17, 19, 10, 2);
    Reference once = Reference.compiled(SMALL, Policy.fp32(), values, batch, 1);
    Reference scaled = Reference.compiled(SMALL, Policy.fp32(), values, batch, 1024);
    once.gradients()
        .forEach(
            (name, gradient) -> {
              float[] expected = gradient.clone();
              for (int i = 0; i < expected.length; i++) {
                expected[i] *= 1024;
              }
              assertThat(scaled.gradients().get(name)).as(name).containsExactly(expected);
            });
  }

  @Test
  void computesNoGradientsForFrozenParameters() {
    Map<String, HostTensor> values = Reference.values(SMALL);
    Reference.Batch batch = Reference.Batch.random(3, 3, 17, 19, 10, 2);
    Map<String, float[]> all =
        Reference.compiled(SMALL, Policy.fp32(), values, batch, 1).gradients();
    try (CompiledNetwork net =
            CompiledNetwork.of(SMALL, Policy.fp32(), Device.cpu(), Normalization.none(3));
        NDManager manager = net.manager().newSubManager()) {
      net.load(values);
      net.freeze(spec -> spec.name().startsWith("fc."));
      net.freeze(spec -> !spec.name().startsWith("layer1.0.bn") && !spec.name().equals("fc.bias"));
      List<String> names = net.trainedSpecs().stream().map(TensorSpec::name).toList();
      assertThat(names).contains("layer1.0.bn1.weight", "fc.bias").doesNotContain("fc.weight");
      NDArray loss =
          Sum.of(manager, net.train(batch.imagesNchw(manager)), batch.weightsNk(manager)).get(0);
      Map<String, HostTensor> some = net.copy(names, net.gradients(loss, 1));
      assertThat(some).containsOnlyKeys(names);
      some.forEach(
          (name, gradient) ->
              assertThat(Reference.relativeError(gradient.toFloats(), all.get(name)))
                  .as(name)
                  .isLessThan(1e-5));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> net.freeze(spec -> true))
          .withMessageContaining("would be frozen");
      assertThat(net.trainedSpecs()).hasSameSizeAs(names);
    }
  }

  @Test
  void emulatedHalfOverflowsAndFlushesAsRealHalfDoes() {
    Map<String, HostTensor> values = Reference.values(SMALL);
    Reference.Batch batch = Reference.Batch.random(3, 3, 17, 19, 10, 2);
    Reference overflowing = Reference.compiled(SMALL, Policy.fp16(), values, batch, 0x1p24);
    // Infinite logit gradients, summed over three images.
    float[] expected = new float[10];
    for (int k = 0; k < expected.length; k++) {
      float first = batch.weights()[k];
      boolean sameSign = first * batch.weights()[k + 10] > 0 && first * batch.weights()[k + 20] > 0;
      expected[k] = sameSign ? Math.copySign(Float.POSITIVE_INFINITY, first) : Float.NaN;
    }
    assertThat(overflowing.gradients().get("fc.bias")).containsExactly(expected);
    Reference flushed = Reference.compiled(SMALL, Policy.fp16(), values, batch, 0x1p-26);
    assertThat(flushed.gradients().get("conv1.weight")).containsOnly(0f);
  }

  @Test
  void namesTheFirstNodeThatIsNotFinite() {
    Map<String, HostTensor> values = new LinkedHashMap<>(Reference.values(SMALL));
    float[] huge = new float[64];
    Arrays.fill(huge, Float.MAX_VALUE);
    values.put("layer3.1.bn1.weight", HostTensor.of(huge, 64));
    try (CompiledNetwork net =
            CompiledNetwork.of(SMALL, Policy.fp32(), Device.cpu(), Normalization.none(3));
        NDManager manager = net.manager().newSubManager()) {
      NDArray images = Reference.Batch.random(3, 3, 17, 19, 10, 2).imagesNchw(manager);
      net.load(Reference.values(SMALL));
      assertThat(net.firstNonFinite(images, new DrawKey(0))).isEmpty();
      net.load(values);
      assertThat(net.firstNonFinite(images, new DrawKey(0))).contains("layer3.1.bn1");
      assertThat(net.values()).isEqualTo(values);
      values.put("fc.bias", HostTensor.of(new float[] {0, Float.NaN, 0, 0, 0, 0, 0, 0, 0, 0}, 10));
      net.load(values);
      assertThat(net.firstNonFinite(images, new DrawKey(0))).contains("fc.bias");
    }
  }

  @Test
  void leavesNothingBehindAfterAStep() {
    try (CompiledNetwork net =
        CompiledNetwork.of(
            SMALL, Policy.fp32().channelsLast(), Device.cpu(), Normalization.none(3))) {
      net.load(Reference.values(SMALL));
      int before = net.manager().getManagedArrays().size();
      try (NDManager step = net.manager().newSubManager()) {
        Reference.Batch batch = Reference.Batch.random(3, 3, 17, 19, 10, 3);
        NDArray logits = net.train(batch.imagesNchw(step));
        NDList loss = Sum.of(step, logits, batch.weightsNk(step));
        net.gradients(loss.get(0), 1);
        net.values();
      }
      assertThat(net.manager().getManagedArrays()).hasSize(before);
    }
  }

  @Test
  void loadsOnlyMatchingTensors() {
    try (CompiledNetwork net =
        CompiledNetwork.of(SMALL, Policy.fp32(), Device.cpu(), Normalization.none(3))) {
      Map<String, HostTensor> other =
          Reference.values(Zoo.network("cifar_resnet20d", ZooOptions.classes(11)));
      assertThatThrownBy(() -> net.load(other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("fc.weight")
          .hasMessageContaining("[11, 64]");
    }
  }

  @Test
  void roundTripsValuesInEitherLayout() {
    Map<String, HostTensor> values = Reference.values(SMALL);
    for (Layout layout : Layout.values()) {
      try (CompiledNetwork net =
          CompiledNetwork.of(
              SMALL, Policy.fp32().withLayout(layout), Device.cpu(), Normalization.none(3))) {
        net.load(values);
        assertThat(net.values()).as("%s", layout).isEqualTo(values);
      }
    }
  }

  @Test
  void refusesTf32OnCpu() {
    assertThatThrownBy(
            () -> CompiledNetwork.of(SMALL, Policy.tf32(), Device.cpu(), Normalization.none(3)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("use fp32");
  }
}
