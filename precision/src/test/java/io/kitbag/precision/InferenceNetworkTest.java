package io.kitbag.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.kitbag.models.DrawKey;
import io.kitbag.models.Fold;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.op.Activation;
import io.kitbag.models.op.Activation.Function;
import io.kitbag.models.op.Add;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.Relu;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.precision.OperatorProfile.Operator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle is the compiled network's own prediction, operator by operator. */
class InferenceNetworkTest {

  /** Other weights and sums in another order; 3e-6 was seen. */
  private static final double FP32 = 1e-5;

  /** Rounding steps of a reduced format that may add up on the way. */
  private static final double ROUNDINGS = 3;

  private static final Network SMALL = Zoo.network("cifar_resnet8d", ZooOptions.classes(7));

  static Stream<Network> families() {
    return CompiledNetworkTest.families();
  }

  private static CompiledNetwork compile(Network network, Policy policy) {
    CompiledNetwork compiled =
        CompiledNetwork.of(network, policy, Device.cpu(), Normalization.none(3));
    compiled.load(Reference.values(network));
    return compiled;
  }

  private static Reference.Batch batch(Network network, long seed) {
    boolean large = network.name().equals("inception_v3");
    return Reference.Batch.random(5, 3, large ? 107 : 33, large ? 91 : 47, 7, seed);
  }

  /** Running statistics that differ from those of a fresh network. */
  private static void observe(CompiledNetwork network) {
    try (NDManager scope = network.manager().newSubManager()) {
      for (int i = 0; i < 2; i++) {
        network.train(batch(network.network(), i).imagesNchw(scope), DrawKey.of(0, 0)).close();
      }
    }
  }

  private static float[] predict(CompiledNetwork network, Reference.Batch batch) {
    try (NDManager scope = network.manager().newSubManager()) {
      return network.predict(batch.imagesNchw(scope)).toFloatArray();
    }
  }

  private static float[] predict(InferenceNetwork network, Reference.Batch batch) {
    try (NDManager scope = network.manager().newSubManager()) {
      return network.predict(batch.imagesNchw(scope)).toFloatArray();
    }
  }

  @ParameterizedTest
  @MethodSource("families")
  void predictsWhatTheCompiledNetworkDoes(Network network) {
    for (Policy policy :
        List.of(Policy.fp32(), Policy.fp32().channelsLast(), Policy.bf16().channelsLast())) {
      try (CompiledNetwork compiled = compile(network, policy)) {
        observe(compiled);
        Reference.Batch batch = batch(network, 11);
        try (InferenceNetwork inference = compiled.inference()) {
          assertThat(Reference.relativeError(predict(inference, batch), predict(compiled, batch)))
              .as("%s", policy)
              .isLessThan(
                  policy.compute() == ComputeType.FP32
                      ? FP32
                      : ROUNDINGS * policy.compute().epsilon());
        }
      }
    }
  }

  @Test
  void keepsTheWeightsOfTheMomentItWasMade() {
    Reference.Batch batch = batch(SMALL, 1);
    try (InferenceNetwork inference = snapshotOf(batch)) {
      try (CompiledNetwork same = compile(SMALL, Policy.fp32())) {
        assertThat(Reference.relativeError(predict(inference, batch), predict(same, batch)))
            .isLessThan(FP32);
      }
    }
  }

  /** Of a network whose weights change afterwards, and which is closed. */
  private static InferenceNetwork snapshotOf(Reference.Batch batch) {
    try (CompiledNetwork compiled = compile(SMALL, Policy.fp32())) {
      InferenceNetwork inference = compiled.inference();
      compiled.tensors().forEach(tensor -> tensor.muli(2));
      assertThat(Reference.relativeError(predict(inference, batch), predict(compiled, batch)))
          .isGreaterThan(0.1);
      return inference;
    }
  }

  @Test
  void makesTheSameFromHostTensors() {
    Reference.Batch batch = batch(SMALL, 1);
    try (CompiledNetwork compiled = compile(SMALL, Policy.fp32().channelsLast())) {
      observe(compiled);
      try (InferenceNetwork inference = compiled.inference();
          InferenceNetwork other =
              InferenceNetwork.of(
                  SMALL,
                  compiled.values(),
                  compiled.policy(),
                  Device.cpu(),
                  Normalization.none(3))) {
        assertThat(predict(other, batch)).isEqualTo(predict(inference, batch));
      }
    }
  }

  /** {@link Fold} computes in Java what is computed on the device here. */
  @Test
  void foldsToTheBitWhatFoldDoes() {
    Network network = Zoo.network("mobilenet_v3_small", ZooOptions.classes(7));
    try (CompiledNetwork compiled = compile(network, Policy.fp32())) {
      observe(compiled);
      Fold fold = Fold.batchNorms(network, compiled.values());
      try (InferenceNetwork inference = compiled.inference()) {
        Map<String, HostTensor> actual = new LinkedHashMap<>();
        List<TensorSpec> specs = inference.network().tensors();
        List<NDArray> arrays = inference.tensors();
        IntStream.range(0, specs.size())
            .forEach(i -> actual.put(specs.get(i).name(), HostTensor.of(arrays.get(i))));
        assertThat(actual).isEqualTo(fold.values());
      }
    }
  }

  @Test
  void holdsWeightsInTheComputeTypeAlone() {
    Policy policy = Policy.bf16().withFp32Nodes(Set.of("fc"));
    try (CompiledNetwork compiled = compile(SMALL, policy);
        InferenceNetwork inference = compiled.inference()) {
      List<TensorSpec> specs = inference.network().tensors();
      for (int i = 0; i < specs.size(); i++) {
        boolean fp32 = specs.get(i).name().startsWith("fc.") || policy.isEmulatedOn(Device.cpu());
        // DJL 0.25 has no name for bfloat16.
        assertThat(inference.tensors().get(i).getDataType() == DataType.FLOAT32)
            .as(specs.get(i).name())
            .isEqualTo(fp32);
      }
    }
  }

  @Test
  void leavesABatchNormThatComputesInAnotherFormatThanItsConvolution() {
    for (Layout layout : Layout.values()) {
      assertLeaves(
          Policy.bf16().withLayout(layout).withFp32Nodes(Set.of("layer1.0.bn1", "layer2.0.bn2")));
    }
  }

  private static void assertLeaves(Policy policy) {
    try (CompiledNetwork compiled = compile(SMALL, policy)) {
      observe(compiled);
      try (InferenceNetwork inference = compiled.inference()) {
        assertThat(inference.network().nodes())
            .extracting(Node::name)
            .contains("layer1.0.bn1", "layer2.0.bn2")
            .doesNotContain("layer1.0.bn2", "layer2.0.bn1");
        Reference.Batch batch = batch(SMALL, 3);
        assertThat(Reference.relativeError(predict(inference, batch), predict(compiled, batch)))
            .isLessThan(ROUNDINGS * ComputeType.BF16.epsilon());
      }
    }
  }

  /** An activation that the policy wants in fp32, behind an addition in bf16. */
  @Test
  void leavesAnActivationThatComputesInAnotherFormatThanItsConvolution() {
    Node relu =
        SMALL.nodes().stream()
            .filter(node -> node.op() instanceof Relu && node.inputs().get(0).op() instanceof Add)
            .findFirst()
            .orElseThrow();
    Policy policy = Policy.bf16().channelsLast().withFp32Nodes(Set.of(relu.name()));
    try (CompiledNetwork compiled = compile(SMALL, policy);
        InferenceNetwork inference = compiled.inference();
        NDManager scope = inference.manager().newSubManager()) {
      NDArray images = batch(SMALL, 2).imagesNchw(scope);
      List<Operator> operators = OperatorProfile.of(() -> inference.predict(images)).operators();
      assertThat(operators)
          .extracting(Operator::name)
          .anyMatch(name -> name.startsWith("aten::relu"));
    }
  }

  /** On systems whose PyTorch has oneDNN. */
  @Test
  void runsNoAdditionAndNoActivationOfItsOwn() {
    Network network = Zoo.network("resnet18_v1b", ZooOptions.classes(7));
    try (CompiledNetwork compiled = compile(network, Policy.fp32().channelsLast());
        InferenceNetwork inference = compiled.inference();
        NDManager scope = inference.manager().newSubManager()) {
      NDArray images = batch(network, 2).imagesNchw(scope);
      List<Operator> operators = OperatorProfile.of(() -> inference.predict(images)).operators();
      if (TorchRuntime.usesOneDnn()) {
        assertThat(operators)
            .extracting(Operator::name)
            .contains("mkldnn::_convolution_pointwise", "mkldnn::_convolution_pointwise_")
            .doesNotContain("aten::relu_", "aten::batch_norm");
      }
    }
  }

  /**
   * A residual sum of two convolutions, one whose addend is read again, one that adds the
   * convolution's own input, and one that is the result.
   */
  @Test
  void overwritesNothingThatIsReadAgain() {
    Network.Builder net = Network.builder("sums", 3);
    Node stem = net.add("stem", new Conv2d(3, 8, 3, 1, 1, 1, true), net.input());
    Node left = net.add("left", new Conv2d(8, 8, 1, 1, 0, 1, true), stem);
    Node right = net.add("right", new Conv2d(8, 8, 3, 1, 1, 1, true), stem);
    Node both = net.add("relu1", new Relu(), net.add("add1", new Add(), left, right));
    Node own = net.add("own", new Conv2d(8, 8, 3, 1, 1, 1, true), both);
    Node sum = net.add("add2", new Add(), both, own);
    Node branch = net.add("branch", new Conv2d(8, 8, 1, 1, 0, 1, true), sum);
    Node again = net.add("relu2", new Relu(), net.add("add3", new Add(), branch, both));
    Node last = net.add("add4", new Add(), again, both);
    Node pooled = net.add("pool", new GlobalAvgPool(true), last);
    net.add("fc", new Linear(8, 7, true), pooled);
    assertAgrees(net.build());
  }

  @ParameterizedTest
  @EnumSource(Function.class)
  void fusesEveryActivation(Function function) {
    Network.Builder net = Network.builder("activations", 3);
    Node stem = net.add("stem", new Conv2d(3, 40, 3, 2, 1, 1, true), net.input());
    Node first = net.add("act1", new Activation(function), stem);
    Node wide = net.add("wide", new Conv2d(40, 80, 1, 1, 0, 1, true), first);
    Node second = net.add("act2", new Activation(function), wide);
    Node added = net.add("add", new Add(), net.add("up", Conv2d.of(80, 80, 3, 1), second), second);
    Node third = net.add("act3", new Activation(function), added);
    net.add("fc", new Linear(80, 7, true), net.add("pool", new GlobalAvgPool(true), third));
    assertAgrees(net.build());
  }

  private static void assertAgrees(Network network) {
    for (Policy policy : List.of(Policy.fp32(), Policy.fp32().channelsLast())) {
      // Few pixels, where products of matrices take the place of convolutions, and many.
      for (int side : List.of(4, 33)) {
        try (CompiledNetwork compiled = compile(network, policy);
            InferenceNetwork inference = compiled.inference()) {
          Reference.Batch batch = Reference.Batch.random(2, 3, side, side, 7, 1);
          assertThat(Reference.relativeError(predict(inference, batch), predict(compiled, batch)))
              .as("%s, %d px", policy, side)
              .isLessThan(FP32);
        }
      }
    }
  }

  @Test
  void predictsFromSeveralThreads() {
    Reference.Batch batch = batch(SMALL, 1);
    try (CompiledNetwork compiled = compile(SMALL, Policy.fp32().channelsLast());
        InferenceNetwork inference = compiled.inference()) {
      float[] expected = predict(inference, batch);
      assertThat(
              IntStream.range(0, 16).parallel().mapToObj(i -> predict(inference, batch)).toList())
          .allSatisfy(logits -> assertThat(logits).isEqualTo(expected));
    }
  }

  /** Of the training graph, the numerics guard and the fused operators. */
  @Test
  void writesItsScriptsWithTheSameDigitsInAnyLocale() {
    Network network =
        Zoo.network(
            "mobilenet_v2_0.25",
            ZooOptions.classes(7)
                .withBlurPool(true)
                .withGroupNorm(true)
                .withDropPath(0.2)
                .withDropout(0.2));
    Reference.Batch batch = batch(network, 1);
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa"));
    try (CompiledNetwork compiled = compile(network, Policy.fp32().channelsLast());
        InferenceNetwork inference = compiled.inference()) {
      NumericsGuard.check(Policy.bf16().channelsLast(), Device.cpu());
      observe(compiled);
      assertThat(predict(inference, batch)).hasSize(5 * 7);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void refusesWhatDoesNotFit() {
    Map<String, HostTensor> values = Reference.values(SMALL);
    Device cpu = Device.cpu();
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> InferenceNetwork.of(SMALL, values, Policy.fp32(), cpu, Normalization.none(1)))
        .withMessageContaining("takes 3 channels but mean and std have 1 values");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                InferenceNetwork.of(
                    SMALL,
                    values,
                    Policy.bf16().withFp32Nodes(Set.of("layer9")),
                    cpu,
                    Normalization.none(3)))
        .withMessageContaining("has no node layer9");
    values.remove("fc.bias");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> InferenceNetwork.of(SMALL, values, Policy.fp32(), cpu, Normalization.none(3)))
        .withMessageContaining("fc.bias");
  }
}
