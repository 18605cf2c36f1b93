package io.kitbag.models.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.models.Network;
import io.kitbag.models.Reference;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZooTest {

  private static List<String> nameLines(Network network) {
    return network.tensors().stream().map(tensor -> tensor.name() + " " + tensor.shape()).toList();
  }

  private static Network imageNet(String name) {
    return Zoo.network(name, ZooOptions.classes(1000));
  }

  /** Name, parameters, number of tensors, digest of names and shapes of the original. */
  static Stream<String> originals() {
    return Reference.lines("names.txt").stream().filter(line -> !line.startsWith("#"));
  }

  @ParameterizedTest
  @MethodSource("originals")
  void tensorsAndParametersAreThoseOfTorchvisionAndTimm(String line)
      throws NoSuchAlgorithmException {
    String[] original = line.split(" ");
    Network network = imageNet(original[0]);
    byte[] names = String.join("\n", nameLines(network)).getBytes(StandardCharsets.UTF_8);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(names);

    assertThat(network.name()).isEqualTo(original[0]);
    assertThat(network.parameterCount()).isEqualTo(Long.parseLong(original[1]));
    assertThat(network.tensors()).hasSize(Integer.parseInt(original[2]));
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(original[3]);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet18_v1b",
        "resnet18_v1c",
        "resnet18_v1d",
        "resnet50_v1b",
        "resnet50_v1c",
        "resnet50_v1d"
      })
  void tensorNamesAndShapesAreThoseOfTheOriginal(String name) {
    assertThat(nameLines(imageNet(name)))
        .containsExactlyElementsOf(Reference.lines("names-" + name + ".txt"));
  }

  /** Published: torchvision's model table and timm's results tables. */
  @ParameterizedTest
  @CsvSource({
    "resnet18_v1b, 11689512",
    "resnet34_v1b, 21797672",
    "resnet50_v1b, 25557032",
    "resnet50_v1c, 25576264",
    "resnet50_v1d, 25576264",
    "resnet101_v1b, 44549160",
    "resnet152_v1b, 60192808",
  })
  void parameterCountsAreThePublishedOnes(String name, long parameters) {
    assertThat(imageNet(name).parameterCount()).isEqualTo(parameters);
  }

  /**
   * mmpretrain's table says 4.12 and 4.36 G, counting the normalisations too; arXiv 1512.03385 says
   * 3.8 and 1.8 G for the original, without the shortcuts.
   */
  @ParameterizedTest
  @CsvSource({
    "resnet50_v1b, 4.12, 0.01",
    "resnet50_v1c, 4.36, 0.01",
    "resnet50_v1d, 4.36, 0.01",
    "resnet50_v1, 3.8, 0.02",
    "resnet18_v1, 1.8, 0.02",
  })
  void multiplyAddsAreThePublishedOnes(String name, double giga, double tolerance) {
    assertThat(imageNet(name).summary(224, 224).macs() / 1e9)
        .isCloseTo(giga, within(tolerance * giga));
  }

  @Test
  void cifarNetworksHaveTheDepthTheirNameSays() {
    for (int depth : new int[] {8, 14, 20, 32, 56, 110}) {
      Network network = CifarResNet.d(depth).network();
      long layers =
          network.nodes().stream()
              .filter(node -> node.op() instanceof Conv2d)
              .filter(node -> !node.name().contains("downsample"))
              .count();
      assertThat(layers + 1).as("convolutions and the last layer").isEqualTo(depth);
    }
  }

  @Test
  void optionsReachEveryFamily() {
    ZooOptions options =
        ZooOptions.classes(7).withInputChannels(1).withZeroGamma(true).withStemWidth(24);
    for (String name : List.of("resnet50_v1d", "resnet18_v1", "cifar_resnet20d_w3")) {
      Network network = Zoo.network(name, options);
      List<TensorSpec> tensors = network.tensors();
      assertThat(network.name()).isEqualTo(name);
      assertThat(network.inputChannels()).isEqualTo(1);
      assertThat(tensors.get(tensors.size() - 1).shape()).containsExactly(7);
      long zeroed =
          network.nodes().stream()
              .filter(node -> node.op() instanceof BatchNorm norm && norm.zeroGamma())
              .peek(node -> assertThat(node.name()).matches("layer\\d\\.\\d+\\.bn[23]"))
              .count();
      long blocks = network.nodes().stream().filter(node -> node.name().endsWith(".add")).count();
      assertThat(zeroed).isEqualTo(blocks);
    }
    assertThat(Zoo.network("resnet50_v1d", options).tensors().get(0).shape())
        .containsExactly(24, 1, 3, 3);
    assertThat(Zoo.network("resnet50_v1", options).tensors().get(0).shape())
        .containsExactly(48, 1, 7, 7);
    assertThat(Zoo.network("cifar_resnet20", options).tensors().get(0).shape())
        .containsExactly(24, 1, 3, 3);
  }

  @Test
  void everyListedNameGivesANetworkOfThatName() {
    for (String name : Zoo.names()) {
      assertThat(Zoo.network(name, ZooOptions.classes(10)).name()).isEqualTo(name);
    }
    assertThat(Zoo.network("cifar_resnet14d_w2", ZooOptions.classes(10)).name())
        .isEqualTo("cifar_resnet14d_w2");
  }

  @Test
  void unknownNamesSuggestTheNearest() {
    assertThatThrownBy(() -> Zoo.network("resnet50d", ZooOptions.classes(10)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no network named resnet50d")
        .hasMessageContaining("resnet50_v1d");
    assertThatThrownBy(() -> Zoo.network("resnet51_v1d", ZooOptions.classes(10)))
        .hasMessageContaining("depth 51")
        .hasMessageContaining("50");
    assertThatThrownBy(() -> Zoo.network("cifar_resnet21", ZooOptions.classes(10)))
        .hasMessageContaining("6n+2");
    assertThatThrownBy(() -> Zoo.network("cifar_resnet20_w0", ZooOptions.classes(10)))
        .hasMessageContaining("widen=0");
  }

  /**
   * By hand: convolutions of 1728, 73728, 2 x 147456, 294912, 1179648 and 2 x 2359296 weights, 2240
   * normalised channels, and 512 x 10 + 10 of the classifier.
   */
  @Test
  void theNineLayerResNetHasItsParameters() {
    Network network = Zoo.network("resnet9", ZooOptions.classes(10));
    assertThat(network.parameterCount()).isEqualTo(6_563_520 + 2 * 2240 + 5130);
    assertThat(network.summary(32, 32).macs()).isBetween(378_000_000L, 380_000_000L);
    assertThat(Zoo.network("resnet9_w24", ZooOptions.classes(10)).name()).isEqualTo("resnet9_w24");
  }
}
