package io.kitbag.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kitbag.models.op.Add;
import io.kitbag.models.op.AvgPool;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.Relu;
import io.kitbag.models.zoo.CifarResNet;
import io.kitbag.models.zoo.ResNet;
import org.junit.jupiter.api.Test;

class NetworkTest {

  @Test
  void shapeErrorsNameTheNetworkAndTheNode() {
    Network.Builder net = Network.builder("odd", 3);
    Node conv = net.add("stem.conv", Conv2d.of(3, 8, 3, 1), net.input());
    net.add("stem.bn", BatchNorm.of(16), conv);
    Network network = net.build();

    assertThatThrownBy(() -> network.shapes(new FeatureMap(3, 8, 8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("odd")
        .hasMessageContaining("node stem.bn")
        .hasMessageContaining("takes 16 channels but gets 8x8x8");
    assertThatThrownBy(() -> network.shapes(new FeatureMap(1, 8, 8)))
        .hasMessageContaining("node input")
        .hasMessageContaining("3 channels");
  }

  @Test
  void imagesThatShrinkToNothingAreRefusedWhereTheyDo() {
    Network.Builder net = Network.builder("deep", 3);
    net.add("pool", new AvgPool(4, 4, false), net.input());
    Network network = net.build();

    assertThatThrownBy(() -> network.shapes(new FeatureMap(3, 3, 9)))
        .hasMessageContaining("node pool")
        .hasMessageContaining("use a larger image");
  }

  @Test
  void sumsOfDifferentExtentsAreRefused() {
    Network.Builder net = Network.builder("sum", 3);
    Node wide = net.add("a", Conv2d.of(3, 4, 3, 1), net.input());
    Node small = net.add("b", Conv2d.of(3, 4, 3, 2), net.input());
    net.add("add", new Add(), wide, small);

    assertThatThrownBy(() -> net.build().shapes(new FeatureMap(3, 8, 8)))
        .hasMessageContaining("node add")
        .hasMessageContaining("4x8x8 and 4x4x4");
  }

  @Test
  void buildersRefuseRepeatedNamesStrangersAndDeadEnds() {
    Network.Builder net = Network.builder("n", 3);
    Node stranger = Network.builder("other", 3).input();
    net.add("x", new Relu(), net.input());

    assertThatThrownBy(() -> net.add("x", new Relu(), net.input())).hasMessageContaining("named x");
    assertThatThrownBy(() -> net.add("y", new Relu(), stranger))
        .hasMessageContaining("reads input");
    net.add("z", new Relu(), net.input());
    assertThatThrownBy(net::build).hasMessageContaining("nothing reads node x");
  }

  @Test
  void countsWindowsAsPyTorchDoes() {
    Network.Builder net = Network.builder("pools", 1);
    Node x = net.add("max", new MaxPool(3, 2, 1), net.input());
    net.add("avg", new AvgPool(2, 2, true), x);
    Network network = net.build();

    // torch: floor((s + 2 - 3) / 2) + 1, then ceil(s / 2).
    assertThat(network.shapes(new FeatureMap(1, 9, 12)).values())
        .containsExactly(
            new FeatureMap(1, 9, 12), new FeatureMap(1, 5, 6), new FeatureMap(1, 3, 3));
  }

  @Test
  void summaryAddsUpWhatTheLayersHave() {
    Network.Builder net = Network.builder("small", 3);
    Node x = net.add("conv", new Conv2d(3, 8, 3, 2, 1, 1, true), net.input());
    x = net.add("bn", BatchNorm.of(8), x);
    x = net.add("pool", new GlobalAvgPool(), x);
    net.add("fc", new Linear(8, 5, true), x);
    NetworkSummary summary = net.build().summary(9, 7);

    assertThat(summary.parameters()).isEqualTo((8 * 27 + 8) + 16 + 45);
    assertThat(summary.macs()).isEqualTo(8L * 5 * 4 * 27 + 40);
    assertThat(summary.activationBytes(2)).isEqualTo(2 * (3 * 9 * 7 + 2 * 160 + 8 + 5));
    assertThat(summary.layers().get(1).output()).isEqualTo(new FeatureMap(8, 5, 4));
    assertThat(summary.toString().lines())
        .hasSize(2 + 5 + 1)
        .anySatisfy(
            line -> assertThat(line).matches("conv +conv 3x3/2 3-8 +8x5x4 +224 +4,320 +640"))
        .last()
        .asString()
        .matches("total +285 +4,360 +2,088");
  }

  @Test
  void everyTensorHasItsOwnName() {
    for (Network network : new Network[] {ResNet.d(50).network(), CifarResNet.d(20).network()}) {
      assertThat(network.tensors().stream().map(TensorSpec::name).distinct())
          .hasSize(network.tensors().size());
    }
  }
}
