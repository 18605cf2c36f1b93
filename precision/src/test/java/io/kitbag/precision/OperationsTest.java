package io.kitbag.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.DrawKey;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.op.Activation;
import io.kitbag.models.op.Add;
import io.kitbag.models.op.AvgPool;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.BlurPool;
import io.kitbag.models.op.ChannelScale;
import io.kitbag.models.op.Concat;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.DropPath;
import io.kitbag.models.op.Dropout;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.GroupNorm;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.Op;
import io.kitbag.models.op.Relu;
import io.kitbag.models.op.Scale;
import io.kitbag.models.op.Size;
import io.kitbag.models.weights.HostTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each operation in a small network, compiled against plain. */
class OperationsTest {

  private static final int CHANNELS = 8;

  /** Sums of a few hundred fp32 terms in another order. */
  private static final double FLOAT = 1e-5;

  /** Rounding steps of a reduced format that add up over eight layers. */
  private static final double ROUNDINGS = 4;

  private static final Map<String, HostTensor> IDENTITY =
      Map.of("conv.weight", HostTensor.of(new float[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, 3, 3, 1, 1));

  static Stream<Op> operations() {
    return Stream.concat(
        Stream.of(Activation.Function.values()).map(Activation::new),
        Stream.of(
            new GroupNorm(4, CHANNELS, 1e-5, false),
            BatchNorm.of(CHANNELS).withEps(1e-2).withMomentum(0.3),
            BatchNorm.of(CHANNELS).withFrozen(true),
            new Conv2d(CHANNELS, CHANNELS, new Size(1, 7), new Size(2, 1), new Size(0, 3), 1, true),
            Conv2d.depthwise(CHANNELS, 5, 2),
            Conv2d.of(CHANNELS, CHANNELS, 3, 1).withGroups(4),
            new AvgPool(3, 1, 1, false),
            new AvgPool(3, 2, 1, true),
            new BlurPool(2),
            new BlurPool(1),
            new Dropout(0.4),
            new DropPath(0.4),
            new Scale(0.125)));
  }

  @ParameterizedTest
  @MethodSource("operations")
  void agreesWithThePlainExecution(Op op) {
    agrees(residual(op));
  }

  /** The operation in a branch whose sum overwrites it, its input read by the shortcut as well. */
  private static Network residual(Op op) {
    Network.Builder net = Network.builder("op", 3);
    Node x = net.add("stem", Conv2d.of(3, CHANNELS, 3, 1), net.input());
    x = net.add("stem_bn", BatchNorm.of(CHANNELS), x);
    Node y = net.add("op", op, x);
    y = net.add("op_bn", BatchNorm.of(CHANNELS), y);
    if (!op.getClass().equals(Conv2d.class) && !(op instanceof AvgPool || op instanceof BlurPool)) {
      y = net.add("add", new Add(), y, x);
    }
    y = net.add("twice", op instanceof Conv2d ? new Relu() : op, y);
    y = net.add("relu", new Relu(), y);
    return head(net, y, CHANNELS);
  }

  private static Network head(Network.Builder net, Node input, int channels) {
    Node x = net.add("conv", Conv2d.of(channels, 6, 3, 2), input);
    x = net.add("pool", new GlobalAvgPool(), x);
    net.add("fc", new Linear(6, 4, true), x);
    return net.build();
  }

  private static void agrees(Network network) {
    Map<String, HostTensor> values = Reference.values(network);
    Reference.Batch batch = Reference.Batch.random(3, 3, 13, 11, 4, 9);
    Reference plain = Reference.plain(network, values, batch);
    for (Policy policy :
        List.of(
            Policy.fp32(),
            Policy.fp32().channelsLast(),
            Policy.bf16().channelsLast(),
            Policy.fp16())) {
      Reference compiled = Reference.compiled(network, policy, values, batch, 1);
      double tolerance = Math.max(FLOAT, ROUNDINGS * policy.compute().epsilon());
      assertThat(Reference.relativeError(compiled.logits(), plain.logits()))
          .as("%s logits", policy)
          .isLessThan(tolerance);
      assertThat(compiled.gradientError(plain)).as("%s gradients", policy).isLessThan(tolerance);
      assertThat(compiled.statisticsError(plain)).as("%s statistics", policy).isLessThan(tolerance);
    }
  }

  @Test
  void squeezeAndExcitationAgrees() {
    Network.Builder net = Network.builder("se", 3);
    Node x = net.add("stem", Conv2d.of(3, CHANNELS, 3, 1), net.input());
    x = net.add("stem_bn", BatchNorm.of(CHANNELS), x);
    Node s = net.add("squeeze", new GlobalAvgPool(false), x);
    s = net.add("fc1", new Conv2d(CHANNELS, 2, 1, 1, 0, 1, true), s);
    s = net.add("act", new Activation(Activation.Function.SILU), s);
    s = net.add("fc2", new Conv2d(2, CHANNELS, 1, 1, 0, 1, true), s);
    s = net.add("gate", new Activation(Activation.Function.SIGMOID), s);
    Node y = net.add("excite", new ChannelScale(), x, s);
    y = net.add("add", new Add(), y, x);
    agrees(head(net, net.add("relu", new Relu(), y), CHANNELS));
  }

  /** 36 pixels in a batch, fewer than 96 · 96 / (96 + 96): a matrix product in channels_last. */
  @Test
  void aConvolutionOfOnePixelWithMoreWeightsThanPixelsAgrees() {
    int wide = 96;
    Network.Builder net = Network.builder("pointwise", 3);
    Node x = net.add("stem", Conv2d.of(3, CHANNELS, 3, 2), net.input());
    x = net.add("stem_bn", BatchNorm.of(CHANNELS), x);
    x = net.add("widen", Conv2d.of(CHANNELS, wide, 3, 2), x);
    x = net.add("widen_bn", BatchNorm.of(wide), x);
    x = net.add("point", new Conv2d(wide, wide, 1, 1, 0, 1, true), x);
    x = net.add("bare", Conv2d.of(wide, wide, 1, 1), x);
    x = net.add("bare_bn", BatchNorm.of(wide), x);
    agrees(head(net, net.add("relu", new Relu(), x), wide));
  }

  @Test
  void concatenatedBranchesAgree() {
    Network.Builder net = Network.builder("branches", 3);
    Node x = net.add("stem", Conv2d.of(3, CHANNELS, 3, 1), net.input());
    x = net.add("stem_bn", BatchNorm.of(CHANNELS), x);
    Node a = net.add("a", Conv2d.of(CHANNELS, 5, 3, 1), x);
    Node b = net.add("b", new GroupNorm(2, CHANNELS, 1e-5, false), x);
    Node y = net.add("concat", new Concat(3), a, b, x);
    agrees(head(net, net.add("relu", new Relu(), y), 5 + 2 * CHANNELS));
  }

  private static Network withAuxiliary() {
    Network.Builder net = Network.builder("two outputs", 3);
    Node x = net.add("stem", Conv2d.of(3, CHANNELS, 3, 1), net.input());
    x = net.add("stem_bn", BatchNorm.of(CHANNELS), x);
    Node pooled = net.add("aux_pool", new GlobalAvgPool(), x);
    net.auxiliary(net.add("aux_fc", new Linear(CHANNELS, 4, true), pooled));
    return head(net, net.add("relu", new Relu(), x), CHANNELS);
  }

  @Test
  void anAuxiliaryOutputIsTrainedAndLeftOutInInference() {
    Network network = withAuxiliary();
    agrees(network);
    assertThat(network.nodes(false)).extracting(Node::name).doesNotContain("aux_pool", "aux_fc");
    try (CompiledNetwork net = compiled(network);
        NDManager scope = net.manager().newSubManager()) {
      NDArray images = Reference.Batch.random(2, 3, 9, 9, 4, 1).imagesNchw(scope);
      assertThat(net.train(images, new DrawKey(0))).hasSize(2);
      assertThat(net.predict(images).getShape().getShape()).containsExactly(2, 4);
      assertThatThrownBy(() -> net.train(images)).hasMessageContaining("auxiliary");
    }
  }

  private static CompiledNetwork compiled(Network network) {
    CompiledNetwork net =
        CompiledNetwork.of(network, Policy.fp32(), Device.cpu(), Normalization.none(3));
    net.load(Reference.values(network));
    return net;
  }

  @Test
  void weighsTheLossesOfTwoOutputs() {
    Network network = withAuxiliary();
    try (CompiledNetwork net = compiled(network);
        NDManager scope = net.manager().newSubManager()) {
      Reference.Batch batch = Reference.Batch.random(2, 3, 9, 9, 4, 1);
      Map<String, float[]> gradients = new LinkedHashMap<>();
      for (double weight : new double[] {0, 0.25}) {
        NDList outputs = net.train(batch.imagesNchw(scope), new DrawKey(0));
        NDList losses = new NDList();
        for (NDArray output : outputs) {
          losses.add(Sum.of(scope, output, batch.weightsNk(scope)).get(0));
        }
        NDList found = net.gradients(losses, 1, weight);
        int bias = net.parameterSpecs().size() - 1;
        int auxiliaryBias =
            net.parameterSpecs().stream().map(spec -> spec.name()).toList().indexOf("aux_fc.bias");
        gradients.put("main " + weight, found.get(bias).toFloatArray());
        gradients.put("auxiliary " + weight, found.get(auxiliaryBias).toFloatArray());
      }
      assertThat(gradients.get("auxiliary 0.0")).containsOnly(0f);
      assertThat(gradients.get("main 0.25")).containsExactly(gradients.get("main 0.0"));
      // Both heads get the same weights, so their biases get the same gradient but for the factor.
      for (int k = 0; k < 4; k++) {
        assertThat((double) gradients.get("auxiliary 0.25")[k])
            .isCloseTo(0.25 * gradients.get("main 0.0")[k], within(1e-6));
      }
    }
  }

  private static Network dropping(Op op) {
    Network.Builder net = Network.builder("dropping", 3);
    Node x = net.add("conv", Conv2d.of(3, 3, 1, 1), net.input());
    Node first = net.add("first", op, x);
    net.add("second", op, first);
    return net.build();
  }

  private static float[] trained(CompiledNetwork net, long key) {
    try (NDManager scope = net.manager().newSubManager()) {
      float[] ones = new float[64 * 3 * 4 * 5];
      Arrays.fill(ones, 1);
      NDArray images = scope.create(ones, new Shape(64, 3, 4, 5));
      return net.train(images, new DrawKey(key)).get(0).toFloatArray();
    }
  }

  @Test
  void droppingIsAFunctionOfTheKey() {
    for (Op op : List.of(new Dropout(0.5), new DropPath(0.5))) {
      try (CompiledNetwork net = compiled(dropping(op))) {
        net.load(IDENTITY);
        float[] first = trained(net, 1);
        assertThat(trained(net, 2)).as("%s", op).isNotEqualTo(first);
        assertThat(trained(net, 1)).as("%s", op).isEqualTo(first);
        // Two draws of one half each: a quarter is left, four times as large.
        assertThat(first).containsOnly(0, 4);
        double mean = 0;
        for (float value : first) {
          mean += value / first.length;
        }
        double images = op instanceof DropPath ? 64 : first.length;
        assertThat(mean).isCloseTo(1, within(4 * Math.sqrt(3 / images)));
      }
    }
  }

  @Test
  void droppingHandsOnWhatItGetsInInference() {
    for (Op op : List.of(new Dropout(0.5), new DropPath(0.5))) {
      Network.Builder net = Network.builder("shared", 3);
      Node x = net.add("conv", Conv2d.of(3, 3, 1, 1), net.input());
      Node dropped = net.add("drop", op, x);
      Node relu = net.add("relu", new Relu(), dropped);
      net.add("add", new Add(), relu, x);
      Network network = net.build();
      try (CompiledNetwork compiled = compiled(network);
          NDManager scope = compiled.manager().newSubManager()) {
        compiled.load(IDENTITY);
        NDArray images = scope.create(new float[] {-1, 2, -3}, new Shape(1, 3, 1, 1));
        // x + max(x, 0): the ReLU must not have overwritten x through what dropping hands on.
        assertThat(compiled.predict(images).toFloatArray()).containsExactly(-1, 4, -3);
      }
    }
  }
}
