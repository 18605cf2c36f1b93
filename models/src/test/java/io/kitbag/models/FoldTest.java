package io.kitbag.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.Relu;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The oracle is the network with its batch norms. */
class FoldTest {

  private static final Shape IMAGES = new Shape(3, 3, 37, 33);

  private static float[] logits(Network network, Map<String, HostTensor> values) {
    try (NDManager manager = NDManager.newBaseManager()) {
      NetworkBlock block = network.toBlock();
      block.load(values);
      block.initialize(manager, DataType.FLOAT32, IMAGES);
      NDArray images = manager.create(Reference.uniformFloats(4711, IMAGES.size())).reshape(IMAGES);
      return block
          .forward(new ParameterStore(manager, false), new NDList(images), false)
          .singletonOrThrow()
          .toFloatArray();
    }
  }

  /** fp32 rounding of other weights, over up to 50 layers. */
  private static void assertClose(float[] actual, float[] expected) {
    float largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(2e-5f * largest));
    }
  }

  /** A max pool between the two: it does not commute with a negative factor. */
  @Test
  void aBatchNormBehindAPoolStays() {
    Network network = Zoo.network("airbench94", ZooOptions.classes(10));
    Map<String, HostTensor> values = Reference.values(network);
    Fold fold = Fold.batchNorms(network, values);

    assertThat(fold.network().nodes().stream().map(Node::name))
        .contains("layer1.bn1", "layer2.bn1", "layer3.bn1")
        .doesNotContain("layer1.bn2", "layer2.bn2", "layer3.bn2");
    assertClose(logits(fold.network(), fold.values()), logits(network, values));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cifar_resnet20d",
        "resnet18_v1b",
        "resnet50_v1d",
        "resnet9",
        "mobilenet_v2",
        "mobilenet_v3_small",
        "resnext50_32x4d"
      })
  void everyConvolutionTakesItsBatchNorm(String name) {
    Network network = Zoo.network(name, ZooOptions.classes(10));
    Map<String, HostTensor> values = Reference.values(network);
    Fold fold = Fold.batchNorms(network, values);

    assertThat(fold.network().nodes()).noneMatch(node -> node.op() instanceof BatchNorm);
    assertThat(fold.network().output().name()).isEqualTo(network.output().name());
    fold.network().requireMatching(fold.values());
    assertClose(logits(fold.network(), fold.values()), logits(network, values));
  }

  @Test
  void aBatchNormWithoutAConvolutionOfItsOwnStays() {
    Network.Builder net = Network.builder("mixed", 3);
    Node conv = net.add("conv", new Conv2d(3, 4, 3, 2, 1, 1, true), net.input());
    Node first = net.add("first", BatchNorm.of(4), conv);
    Node second = net.add("second", BatchNorm.of(4), first);
    Node x = net.add("relu", new Relu(), second);
    Node shared = net.add("shared", Conv2d.of(4, 4, 1, 1), x);
    Node norm = net.add("norm", BatchNorm.of(4), shared);
    x = net.add("add", new io.kitbag.models.op.Add(), shared, norm);
    x = net.add("pool", new GlobalAvgPool(), x);
    net.add("fc", new Linear(4, 2, true), x);
    Network network = net.build();
    Map<String, HostTensor> values = Reference.values(network);

    Fold fold = Fold.batchNorms(network, values);
    assertThat(fold.network().nodes())
        .filteredOn(node -> node.op() instanceof BatchNorm)
        .extracting(Node::name)
        .containsExactly("second", "norm");
    assertClose(logits(fold.network(), fold.values()), logits(network, values));
  }

  @Test
  void withoutFoldingTheNumbersAreTheSame() {
    Network network = Zoo.network("cifar_resnet8d", ZooOptions.classes(10));
    Map<String, HostTensor> values = Reference.values(network);
    Fold same = Fold.none(network, values);
    assertThat(same.values()).isEqualTo(values);
    assertThat(logits(same.network(), same.values())).isEqualTo(logits(network, values));
  }

  @Test
  void whatOnlyTrainingNeedsIsLeftOut() {
    Network.Builder net = Network.builder("training", 3);
    Node x = net.add("conv", Conv2d.of(3, 4, 3, 1), net.input());
    Node side = net.add("aux.pool", new GlobalAvgPool(), x);
    net.auxiliary(net.add("aux.fc", new Linear(4, 5, true), side));
    x = net.add("path", new io.kitbag.models.op.DropPath(0.1), x);
    x = net.add("pool", new GlobalAvgPool(), x);
    x = net.add("dropout", new io.kitbag.models.op.Dropout(0.5), x);
    net.add("fc", new Linear(4, 5, true), x);
    Network network = net.build();
    Fold fold = Fold.none(network, Reference.values(network));
    assertThat(fold.network().nodes())
        .extracting(Node::name)
        .containsExactly("input", "conv", "pool", "fc");
    assertThat(fold.values()).containsOnlyKeys("conv.weight", "fc.weight", "fc.bias");
  }
}
