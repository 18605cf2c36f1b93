package io.kitbag.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import io.kitbag.models.init.Init;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PretrainedTest {

  /** All families, without the large ones, which ZooExports in train checks when asked. */
  private static final int SMALL_PARAMETERS = 6_000_000;

  private static final Network NETWORK = network(10);
  private static final Map<String, HostTensor> VALUES = Init.XAVIER_UNIFORM.values(NETWORK, 1);

  @TempDir Path folder;

  private static Network network(int classes) {
    return Zoo.network("cifar_resnet8d", ZooOptions.classes(classes));
  }

  private static Map<String, HostTensor> renamed(UnaryOperator<String> name) {
    Map<String, HostTensor> values = new LinkedHashMap<>();
    VALUES.forEach((key, tensor) -> values.put(name.apply(key), tensor));
    return values;
  }

  private static HostTensor tensor(DataType type, int... shape) {
    int bytes = type.getNumOfBytes();
    for (int size : shape) {
      bytes *= size;
    }
    return new HostTensor(
        type, java.util.Arrays.stream(shape).boxed().toList(), ByteBuffer.allocate(bytes));
  }

  @Test
  void takesExactlyTheTensorsOfTheNetwork() {
    Pretrained pretrained = Pretrained.strict(NETWORK, VALUES);
    assertThat(pretrained.values()).isEqualTo(VALUES);
    assertThat(pretrained.values().keySet()).containsExactlyElementsOf(VALUES.keySet());
    assertThat(pretrained.leftOut()).isEmpty();
  }

  @Test
  void dropsWrappersAndPyTorchsCounters() {
    Map<String, HostTensor> wrapped = renamed(name -> "module." + name);
    wrapped.put("module.bn1.num_batches_tracked", tensor(DataType.INT64));
    assertThat(Pretrained.strict(NETWORK, wrapped).values()).isEqualTo(VALUES);
  }

  @Test
  void widensHalfPrecision() {
    Map<String, HostTensor> half = new LinkedHashMap<>(VALUES);
    half.put("fc.bias", tensor(DataType.FLOAT16, 10));
    half.put("fc.weight", tensor(DataType.BFLOAT16, 10, 64));
    Map<String, HostTensor> loaded = Pretrained.strict(NETWORK, half).values();
    assertThat(loaded.values()).allMatch(tensor -> tensor.type() == DataType.FLOAT32);
  }

  @Test
  void listsEverythingThatDoesNotFit() {
    Map<String, HostTensor> wrong = new LinkedHashMap<>(VALUES);
    wrong.remove("bn1.bias");
    wrong.remove("layer2.0.conv1.weight");
    wrong.put("bn1.weight", tensor(DataType.FLOAT32, 17));
    wrong.put("bn1.running_mean", tensor(DataType.INT32, 16));
    wrong.put("aux.weight", tensor(DataType.FLOAT32, 1));
    assertThatThrownBy(() -> Pretrained.strict(NETWORK, wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll(
            "cifar_resnet8d",
            "bn1.bias is missing",
            "layer2.0.conv1.weight is missing",
            "bn1.weight has shape [17] instead of [16]",
            "bn1.running_mean has type int32",
            "aux.weight is not a tensor of the network");
  }

  @Test
  void leavesOutTheHeadOfOtherClassesOnlyWhereAllowed() {
    Network other = network(7);
    assertThatThrownBy(() -> Pretrained.strict(other, VALUES))
        .hasMessageContainingAll("fc.weight has shape [10, 64] instead of [7, 64]", "fc.bias");

    Pretrained pretrained = Pretrained.allowingHead(other, VALUES);
    assertThat(pretrained.leftOut()).containsExactly("fc.weight", "fc.bias");
    assertThat(pretrained.values()).hasSize(VALUES.size() - 2).doesNotContainKey("fc.bias");

    Map<String, HostTensor> headless = new LinkedHashMap<>(VALUES);
    headless.remove("fc.weight");
    headless.remove("fc.bias");
    assertThat(Pretrained.allowingHead(NETWORK, headless).leftOut()).hasSize(2);
    assertThat(Pretrained.allowingHead(NETWORK, VALUES).leftOut()).isEmpty();
  }

  @Test
  void aHeadOfOtherFeaturesIsNeverLeftOut() {
    Map<String, HostTensor> wrong = new LinkedHashMap<>(VALUES);
    wrong.put("fc.weight", tensor(DataType.FLOAT32, 10, 128));
    assertThatThrownBy(() -> Pretrained.allowingHead(NETWORK, wrong))
        .hasMessageContaining("fc.weight has shape [10, 128] instead of [10, 64]");
  }

  @Test
  void countsTheClassesOfAFile() {
    assertThat(Pretrained.classes(network(1000), VALUES)).hasValue(10);
    assertThat(Pretrained.classes(network(1000), Map.of())).isEmpty();
  }

  @Test
  void understandsOtherNamesOfTheSameLayers() {
    assertThat(Pretrained.strict(NETWORK, renamed(name -> name.replaceFirst("^fc", "linear"))))
        .isEqualTo(Pretrained.strict(NETWORK, VALUES));
    Map<String, HostTensor> withoutPool =
        renamed(
            name ->
                name.replace("downsample.1.", "downsample.0.")
                    .replace("downsample.2.", "downsample.1."));
    assertThat(withoutPool.keySet()).contains("layer2.0.downsample.0.weight");
    assertThat(Pretrained.strict(NETWORK, withoutPool).values()).isEqualTo(VALUES);
  }

  @Test
  void headsAreTheLastLayersWithParameters() {
    assertThat(Pretrained.head(NETWORK))
        .isEqualTo(java.util.Set.copyOf(List.of("fc.weight", "fc.bias")));
  }

  @Test
  void matchesByOrderWhereAllNamesDiffer() {
    Map<String, HostTensor> other = new LinkedHashMap<>();
    VALUES.forEach(
        (name, tensor) ->
            other.put(
                "block%d.%s".formatted(other.size(), name.substring(name.lastIndexOf('.') + 1)),
                tensor));
    other.put("block0.weight", VALUES.get("conv1.weight"));
    assertThat(Pretrained.strict(NETWORK, other).values()).isEqualTo(VALUES);

    other.remove("block0.weight");
    other.put("last.weight", VALUES.get("conv1.weight"));
    assertThatThrownBy(() -> Pretrained.strict(NETWORK, other))
        .hasMessageContaining("conv1.weight is missing");
  }

  /** timm's names, sorted as files of safetensors have them. */
  @Test
  void findsTheOrderOfTimmsMobileNetV2InASortedFile() {
    Network network = Zoo.network("mobilenet_v2", ZooOptions.classes(1000));
    Map<String, HostTensor> values = Init.XAVIER_UNIFORM.values(network, 1);
    List<String> names = Reference.lines("names-mobilenetv2_100.txt");
    Map<String, HostTensor> sorted = new TreeMap<>();
    int i = 0;
    for (HostTensor value : values.values()) {
      String name = names.get(i++).split(" ")[0];
      sorted.put(name, value);
      if (name.endsWith("running_var")) {
        sorted.put(name.replace("running_var", "num_batches_tracked"), tensor(DataType.INT64));
      }
    }
    assertThat(sorted.keySet()).contains("bn1.num_batches_tracked", "blocks.0.0.conv_pw.weight");
    assertThat(Pretrained.strict(network, sorted).values()).isEqualTo(values);

    HostTensor last = sorted.remove("blocks.6.0.bn3.weight");
    sorted.put("blocks.6.1.bn3.weight", last);
    assertThatThrownBy(() -> Pretrained.strict(network, sorted))
        .hasMessageContainingAll("features.0.0.weight is missing", "blocks.6.1.bn3.weight is not");
  }

  /** Each library's batch norms have their own ε there. */
  @Test
  void mobileNetV3TakesOnlyTheNamesOfItsOwnLibrary() {
    Network torchvision = Zoo.network("mobilenet_v3_small", ZooOptions.classes(10));
    Network timm = Zoo.network("mobilenetv3_small_100", ZooOptions.classes(10));
    Map<String, HostTensor> ofTorchvision = Init.XAVIER_UNIFORM.values(torchvision, 1);
    Map<String, HostTensor> ofTimm = Init.XAVIER_UNIFORM.values(timm, 1);
    assertThat(Pretrained.strict(timm, new TreeMap<>(ofTimm)).values()).isEqualTo(ofTimm);
    assertThatThrownBy(() -> Pretrained.strict(timm, ofTorchvision))
        .hasMessageContaining("conv_stem.weight is missing");
    assertThatThrownBy(() -> Pretrained.strict(torchvision, ofTimm))
        .hasMessageContaining("features.0.0.weight is missing");
  }

  static Stream<String> smallNetworks() {
    return Zoo.names().stream()
        .filter(
            name -> Zoo.network(name, ZooOptions.classes(10)).parameterCount() < SMALL_PARAMETERS);
  }

  @ParameterizedTest
  @MethodSource("smallNetworks")
  void everythingComesBackFromAFileWithTheSameBits(String name) throws IOException {
    Network network = Zoo.network(name, ZooOptions.classes(10));
    Map<String, HostTensor> values = Reference.values(network);
    Path file = folder.resolve("weights.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      Safetensors.write(out, values, Map.of());
    }
    assertThat(Pretrained.strict(network, Safetensors.read(file).tensors()).values())
        .isEqualTo(values);
  }

  /** Another ε would give other logits with the same weights, and no file tells it. */
  @Test
  void doesNotMatchByOrderWhereTheEpsilonMayDiffer() {
    Network peculiar =
        NETWORK.mapOps(op -> op instanceof BatchNorm norm ? norm.withEps(0.001) : op);
    Map<String, HostTensor> other = new LinkedHashMap<>();
    VALUES.forEach(
        (name, tensor) ->
            other.put(
                "block%d.%s".formatted(other.size(), name.substring(name.lastIndexOf('.') + 1)),
                tensor));
    assertThat(Pretrained.strict(NETWORK, other).values()).isEqualTo(VALUES);
    assertThatThrownBy(() -> Pretrained.strict(peculiar, other))
        .hasMessageContainingAll("conv1.weight is missing", "block0.weight is not a tensor");
    assertThat(Pretrained.strict(peculiar, VALUES).values()).isEqualTo(VALUES);
  }

  @Test
  void anAuxiliaryBranchIsPartOfTheHead() {
    Network.Builder net = Network.builder("two heads", 3);
    Node x = net.add("conv", Conv2d.of(3, 4, 3, 1), net.input());
    Node side = net.add("aux.conv", Conv2d.of(4, 4, 1, 1), x);
    side = net.add("aux.pool", new GlobalAvgPool(), side);
    net.auxiliary(net.add("aux.fc", new Linear(4, 5, true), side));
    x = net.add("pool", new GlobalAvgPool(), x);
    net.add("fc", new Linear(4, 5, true), x);
    Network network = net.build();
    Map<String, HostTensor> values = Init.XAVIER_UNIFORM.values(network, 1);

    assertThat(Pretrained.head(network))
        .containsExactlyInAnyOrder("fc.weight", "fc.bias", "aux.fc.weight", "aux.fc.bias");
    Map<String, HostTensor> without = new LinkedHashMap<>(values);
    without.keySet().removeIf(name -> name.startsWith("aux."));
    assertThatThrownBy(() -> Pretrained.strict(network, without))
        .hasMessageContaining("aux.conv.weight is missing");
    assertThat(Pretrained.allowingHead(network, without).leftOut())
        .containsExactly("aux.conv.weight", "aux.fc.weight", "aux.fc.bias");
    assertThat(Pretrained.hasAuxiliary(network, without)).isFalse();
    assertThat(Pretrained.hasAuxiliary(network, values)).isTrue();
    without.put("aux.conv.weight", values.get("aux.conv.weight"));
    assertThat(Pretrained.allowingHead(network, without).leftOut())
        .containsExactly("aux.fc.weight", "aux.fc.bias");
  }
}
