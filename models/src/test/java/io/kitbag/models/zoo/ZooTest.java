package io.kitbag.models.zoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.models.FeatureMap;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.Reference;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.BlurPool;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.DropPath;
import io.kitbag.models.op.Dropout;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Op;
import io.kitbag.models.op.Scale;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
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

  /** Name, parameters, number of tensors, digest of names and shapes, multiply-adds. */
  static Stream<String> originals() {
    return Reference.lines("names.txt").stream().filter(line -> !line.startsWith("#"));
  }

  @Test
  void namesHaveTheSameDigitsInAnyLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa"));
    try {
      for (String line : originals().toList()) {
        Network network = imageNet(line.split(" ")[0]);
        assertThat(network.name()).isEqualTo(line.split(" ")[0]);
        assertThat(nameLines(network)).allMatch(name -> name.matches("\\p{ASCII}+"));
      }
      assertThat(new Airbench(64, 192, 160, Airbench.of94().options()).name())
          .isEqualTo("airbench_64_192_160");
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @MethodSource("originals")
  void tensorsAndCountsAreThoseOfTorchvisionAndTimm(String line) throws NoSuchAlgorithmException {
    String[] original = line.split(" ");
    int size = Zoo.imageSize(original[0]);
    Network network = Zoo.network(original[0], ZooOptions.classes(size == 32 ? 10 : 1000));
    byte[] names = String.join("\n", nameLines(network)).getBytes(StandardCharsets.UTF_8);
    byte[] digest = MessageDigest.getInstance("SHA-256").digest(names);

    assertThat(network.name()).isEqualTo(original[0]);
    assertThat(network.parameterCount()).isEqualTo(Long.parseLong(original[1]));
    assertThat(network.tensors()).hasSize(Integer.parseInt(original[2]));
    assertThat(HexFormat.of().formatHex(digest)).isEqualTo(original[3]);
    assertThat(network.summary(size, size).macs()).isEqualTo(Long.parseLong(original[4]));
  }

  @Test
  void everyNetworkButThoseOfNoLibraryHasAnOriginal() {
    assertThat(Zoo.names())
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(
                    originals().map(line -> line.split(" ")[0]),
                    Stream.of("resnet9", "airbench94", "airbench95"))
                .toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet18_v1b",
        "resnet18_v1c",
        "resnet18_v1d",
        "resnet50_v1b",
        "resnet50_v1c",
        "resnet50_v1d",
        "se_resnet18_v1b",
        "mobilenet1.0",
        "mobilenet_v2",
        "mobilenet_v3_small",
        "mobilenetv3_small_100",
        "inception_v3"
      })
  void tensorNamesAndShapesAreThoseOfTheOriginal(String name) {
    assertThat(nameLines(imageNet(name)))
        .containsExactlyElementsOf(Reference.lines("names-" + name + ".txt"));
  }

  /**
   * Published: torchvision's and timm's tables of models; for Inception-V3 timm's 23 834 568 and
   * the auxiliary head that torchvision counts too; GluonCV's and the paper's for MobileNets (4.2,
   * 2.6, 1.3, 0.5 M) and CIFAR (arXiv 1605.07146: 17.1 M, 36.5 M; arXiv 1512.03385: 0.27 M).
   */
  @ParameterizedTest
  @CsvSource({
    "resnet18_v1b, 11689512",
    "resnet34_v1b, 21797672",
    "resnet50_v1b, 25557032",
    "resnet50_v1c, 25576264",
    "resnet50_v1d, 25576264",
    "resnet101_v1b, 44549160",
    "resnet152_v1b, 60192808",
    "se_resnet50_v1b, 28088024",
    "resnet50_v1b_gn, 25557032",
    "resnext50_32x4d, 25028904",
    "resnext101_32x4d, 44177704",
    "resnext101_64x4d, 83455272",
    "wide_resnet50_2, 68883240",
    "wide_resnet101_2, 126886696",
    "mobilenet1.0, 4231976",
    "mobilenet_v2, 3504872",
    "mobilenet_v3_large, 5483032",
    "mobilenet_v3_small, 2542856",
    "mobilenetv3_large_100, 5483032",
    "mobilenetv3_small_100, 2542856",
    "inception_v3, 27161264",
  })
  void parameterCountsAreThePublishedOnes(String name, long parameters) {
    assertThat(imageNet(name).parameterCount()).isEqualTo(parameters);
  }

  /**
   * torchvision's table of models; mmpretrain's for v1c and v1d (4.36 G, counting the
   * normalisations too); arXiv 1512.03385 for v1 (3.8 and 1.8 G, without the shortcuts); arXiv
   * 1704.04861, table 6, for MobileNet (569, 325, 149 and 41 M); arXiv 1801.04381 for MobileNetV2
   * (300 M).
   */
  @ParameterizedTest
  @CsvSource({
    "resnet50_v1b, 4.09, 0.01",
    "resnet50_v1c, 4.36, 0.01",
    "resnet50_v1d, 4.36, 0.01",
    "resnet50_v1, 3.8, 0.02",
    "resnet18_v1, 1.8, 0.02",
    "resnet101_v1b, 7.80, 0.01",
    "resnet152_v1b, 11.51, 0.01",
    "resnext50_32x4d, 4.23, 0.01",
    "resnext101_64x4d, 15.46, 0.01",
    "wide_resnet50_2, 11.40, 0.01",
    "wide_resnet101_2, 22.75, 0.01",
    "mobilenet1.0, 0.569, 0.01",
    "mobilenet0.75, 0.325, 0.01",
    "mobilenet0.5, 0.149, 0.01",
    "mobilenet0.25, 0.041, 0.01",
    "mobilenet_v2, 0.300, 0.01",
    "mobilenet_v3_large, 0.217, 0.01",
    "mobilenet_v3_small, 0.057, 0.01",
    "inception_v3, 5.71, 0.01",
  })
  void multiplyAddsAreThePublishedOnes(String name, double giga, double tolerance) {
    int size = Zoo.imageSize(name);
    assertThat(imageNet(name).summary(size, size).macs() / 1e9)
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

  private static List<String> ops(Network network, Class<? extends Op> kind) {
    return network.nodes().stream()
        .filter(node -> kind.isInstance(node.op()))
        .map(Node::name)
        .toList();
  }

  @Test
  void blurPoolTakesTheStrideOfTheConvolutionInFrontOfIt() {
    ZooOptions blurred = ZooOptions.classes(10).withBlurPool(true);
    assertThat(ops(Zoo.network("resnet18_v1b", blurred), BlurPool.class))
        .containsExactly("maxpool.1", "layer2.0.aa", "layer3.0.aa", "layer4.0.aa");
    for (String name : List.of("resnet50_v1", "resnet50_v1d", "mobilenet_v2", "mobilenet1.0")) {
      Network network = Zoo.network(name, blurred);
      assertThat(ops(network, BlurPool.class)).as(name).hasSize(4);
      assertThat(extentBeforeTheHead(network)).as(name).isEqualTo(7);
    }
  }

  private static int extentBeforeTheHead(Network network) {
    Node pool =
        network.nodes().stream()
            .filter(node -> node.op() instanceof GlobalAvgPool)
            .findFirst()
            .orElseThrow();
    return network.shapes(new FeatureMap(3, 224, 224)).get(pool.inputs().get(0)).height();
  }

  @Test
  void dropPathRatesRiseLinearly() {
    Network network = Zoo.network("resnet18_v1d", ZooOptions.classes(10).withDropPath(0.7));
    assertThat(network.nodes())
        .filteredOn(node -> node.op() instanceof DropPath)
        .extracting(node -> Math.round(100 * ((DropPath) node.op()).rate()))
        .containsExactly(10L, 20L, 30L, 40L, 50L, 60L, 70L);
  }

  @Test
  void dropoutStandsBeforeTheLastLayer() {
    assertThat(ops(imageNet("mobilenet_v2"), Dropout.class)).containsExactly("dropout");
    assertThat(ops(imageNet("resnet18_v1"), Dropout.class)).isEmpty();
    Network network = Zoo.network("resnet18_v1", ZooOptions.classes(10).withDropout(0.3));
    assertThat(network.output().inputs().get(0).op()).isEqualTo(new Dropout(0.3));
    Network without = Zoo.network("mobilenet_v2", ZooOptions.classes(10).withDropout(0));
    assertThat(ops(without, Dropout.class)).isEmpty();
    Network wide = Zoo.network("cifar_wideresnet16_10", ZooOptions.classes(10).withDropout(0.3));
    assertThat(ops(wide, Dropout.class)).hasSize(6).contains("layer1.0.dropout");
  }

  @Test
  void normalisationCanBeChosenForEveryName() {
    for (String name : Zoo.names()) {
      Network plain = Zoo.network(name, ZooOptions.classes(10));
      Network groups = Zoo.network(name, ZooOptions.classes(10).withGroupNorm(true));
      assertThat(ops(groups, BatchNorm.class)).as(name).isEmpty();
      assertThat(groups.parameterCount()).as(name).isEqualTo(plain.parameterCount());
      assertThat(groups.tensors()).as(name).noneMatch(t -> t.name().contains("running"));
      if (!name.endsWith("_gn")) {
        Network frozen = Zoo.network(name, ZooOptions.classes(10).withFrozenBatchNorm(true));
        assertThat(frozen.nodes())
            .as(name)
            .allMatch(node -> !(node.op() instanceof BatchNorm norm) || norm.frozen());
      }
    }
  }

  @Test
  void optionsThatANetworkCannotHaveAreRefused() {
    ZooOptions options = ZooOptions.classes(10);
    assertThatThrownBy(() -> Zoo.network("inception_v3", options.withDropPath(0.1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("inception_v3 has no option dropPath");
    assertThatThrownBy(() -> Zoo.network("mobilenet_v2", options.withSqueezeExcite(true)))
        .hasMessageContaining("no option squeezeExcite; its options are [blurPool, dropPath]");
    assertThatThrownBy(() -> options.withGroupNorm(true).withFrozenBatchNorm(true))
        .hasMessageContaining("groupNorm")
        .hasMessageContaining("frozenBatchNorm");
    assertThatThrownBy(() -> options.withDropPath(1)).hasMessageContaining("dropPath=1.0");
  }

  @Test
  void theAuxiliaryHeadCanBeLeftOut() {
    Network with = imageNet("inception_v3");
    ZooOptions options = ZooOptions.classes(1000).withAuxiliaryHead(false);
    Network without = Zoo.network("inception_v3", options);
    assertThat(with.auxiliary().orElseThrow().name()).isEqualTo("AuxLogits.fc");
    assertThat(without.auxiliary()).isEmpty();
    assertThat(without.parameterCount()).as("timm").isEqualTo(23_834_568);
    assertThat(without.summary(75, 75).macs()).isPositive();
    assertThatThrownBy(() -> with.summary(224, 224)).hasMessageContaining("AuxLogits.conv1");
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

  /**
   * By hand: 24 filters of 12 weights and a bias, convolutions of 24 x 64, 64 x 64, 64 x 256 and 3
   * times 256 x 256 windows of 9, 2 x (64 + 256 + 256) normalised channels, a classifier of 256 x
   * 10.
   */
  @Test
  void airbenchHasItsParametersAndDividesItsLogits() {
    Network network = Zoo.network("airbench94", ZooOptions.classes(10));
    long convolutions = 24 * 64 + 64 * 64 + 64 * 256 + 3 * 256 * 256;
    assertThat(network.parameterCount())
        .isEqualTo(24 * 13 + 9 * convolutions + 2 * 2 * (64 + 256 + 256) + 2560);
    assertThat(network.nodes().get(network.nodes().size() - 1).op()).isEqualTo(new Scale(1.0 / 9));
    assertThat(Zoo.network("airbench_64_256_256", ZooOptions.classes(10)).parameterCount())
        .isEqualTo(network.parameterCount());
    assertThat(Zoo.imageSize("airbench95")).isEqualTo(32);
  }
}
