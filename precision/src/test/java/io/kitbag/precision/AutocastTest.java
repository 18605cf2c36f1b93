package io.kitbag.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import io.kitbag.models.DrawKey;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.init.Init;
import io.kitbag.models.op.Activation;
import io.kitbag.models.op.Add;
import io.kitbag.models.op.AvgPool;
import io.kitbag.models.op.BatchNorm;
import io.kitbag.models.op.Concat;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.GroupNorm;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.MaxPool;
import io.kitbag.models.op.Op;
import io.kitbag.models.op.Relu;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.precision.format.FloatFormat;
import io.kitbag.precision.internal.graph.Formats;
import io.kitbag.precision.internal.graph.GraphScript;
import io.kitbag.precision.internal.graph.NumberFormat;
import io.kitbag.precision.script.ScriptModule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which operations compute in which type: PyTorch's autocast lists, and exceptions by name. */
class AutocastTest {

  private static final NumberFormat BFLOAT16 = new NumberFormat(15, false);
  private static final int CHANNELS = 32;

  private static Map<String, Op> operations() {
    Map<String, Op> operations = new LinkedHashMap<>();
    operations.put("conv2d", Conv2d.of(CHANNELS, CHANNELS, 3, 1));
    operations.put("batch_norm", BatchNorm.of(CHANNELS));
    operations.put("group_norm", GroupNorm.of(CHANNELS));
    operations.put("relu", new Relu());
    operations.put("add", new Add());
    operations.put("cat", new Concat(2));
    operations.put("sigmoid", new Activation(Activation.Function.SIGMOID));
    operations.put("silu", new Activation(Activation.Function.SILU));
    operations.put("gelu", new Activation(Activation.Function.GELU));
    operations.put("hardswish", new Activation(Activation.Function.HARD_SWISH));
    operations.put("hardsigmoid", new Activation(Activation.Function.HARD_SIGMOID));
    operations.put("hardtanh", new Activation(Activation.Function.RELU6));
    operations.put("max_pool2d", new MaxPool(2, 2, 0));
    operations.put("avg_pool2d", new AvgPool(2, 2, false));
    operations.put("adaptive_avg_pool2d", new GlobalAvgPool());
    return operations;
  }

  /** Each operation on bfloat16, on fp32 and, if it takes two inputs, on one of each. */
  private static Network network() {
    Network.Builder builder = Network.builder("all", 3);
    Node narrow = builder.add("narrow", Conv2d.of(3, CHANNELS, 3, 1), builder.input());
    Node wide = builder.add("wide", GroupNorm.of(CHANNELS), narrow);
    List<Node> results = new ArrayList<>();
    operations()
        .forEach(
            (name, op) -> {
              List<Node> firsts = List.of(narrow, wide);
              for (Node first : firsts) {
                for (Node second : op.arity() == 2 ? firsts : List.of(first)) {
                  Node[] inputs = op.arity() == 2 ? new Node[] {first, second} : new Node[] {first};
                  results.add(builder.add(name + "/" + first + "/" + second, op, inputs));
                }
              }
            });
    List<Node> vectors = new ArrayList<>();
    for (Node result : results) {
      vectors.add(
          result.op() instanceof GlobalAvgPool
              ? result
              : builder.add(result.name() + "/pooled", new GlobalAvgPool(), result));
    }
    Node all = builder.add("all", new Concat(vectors.size()), vectors.toArray(Node[]::new));
    int features = CHANNELS * (vectors.size() + 4);
    builder.add("linear", new Linear(features, 2, true), all);
    return builder.build();
  }

  /** Reference: PyTorch's lists, see src/test/python/autocast.py. */
  @Test
  void everyOperationHasTheTypeThatAutocastGivesIt() throws IOException {
    Map<String, String> lists = lists();
    Network network = network();
    try (CompiledNetwork weights =
            CompiledNetwork.of(network, Policy.fp32(), Device.cpu(), Normalization.none(3));
        NDManager scope = weights.manager().newSubManager();
        ScriptModule script =
            ScriptModule.compile(
                scope,
                GraphScript.traceMethod("trace", network, Formats.all(BFLOAT16), Layout.NCHW)
                    + GraphScript.HELPERS)) {
      weights.load(Init.KAIMING_NORMAL.values(network, 1));
      NDList values =
          script.run(
              scope,
              "trace",
              Reference.Batch.random(2, 3, 6, 6, 2, 5).imagesNchw(scope),
              weights.parameters(),
              weights.copyOfUntrained(scope),
              scope.create(new DrawKey(0).halves()));
      Set<Node> fp32 = new HashSet<>();
      int checked = 0;
      for (int i = 0; i < values.size(); i++) {
        Node node = network.nodes().get(i);
        // DJL has no name for bfloat16.
        if (values.get(i).getDataType() == DataType.FLOAT32) {
          fp32.add(node);
        }
        String list = lists.get(node.name().split("/")[0]);
        if (list != null) {
          boolean expected =
              switch (list) {
                case "lower" -> false;
                case "fp32" -> true;
                default -> node.inputs().stream().anyMatch(fp32::contains);
              };
          assertThat(fp32.contains(node)).as("%s (%s) is fp32", node, list).isEqualTo(expected);
          checked++;
        }
      }
      assertThat(checked).isGreaterThan(30);
      assertThat(lists).containsEntry("linear", "lower").containsEntry("group_norm", "fp32");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"BF16", "FP16"})
  void allNodesInFp32IsFp32(ComputeType compute) {
    Network network = Zoo.network("cifar_resnet8d", ZooOptions.classes(4));
    Set<String> all = network.nodes().stream().map(Node::name).collect(Collectors.toSet());
    Policy mixed = new Policy(compute, Layout.CHANNELS_LAST, new LossScaling.None());
    float[] expected = logits(network, Policy.fp32().channelsLast());
    assertThat(logits(network, mixed.withFp32Nodes(all))).isEqualTo(expected);
    assertThat(logits(network, mixed)).isNotEqualTo(expected);
  }

  @Test
  void aNodeInFp32RoundsNothingAndItsReadersRoundAgain() {
    Network network = Zoo.network("cifar_resnet8d", ZooOptions.classes(4));
    Policy policy = Policy.fp16().withFp32Nodes(Set.of("layer2.0.conv1", "fc"));
    try (CompiledNetwork compiled =
            CompiledNetwork.of(network, policy, Device.cpu(), Normalization.none(3));
        NetworkTrace trace = NetworkTrace.emulating(ComputeType.FP16, compiled);
        NDManager scope = compiled.manager().newSubManager()) {
      compiled.load(Init.KAIMING_NORMAL.values(network, 1));
      var forward =
          trace.forward(Reference.Batch.random(2, 3, 8, 8, 4, 5).imagesNchw(scope), new DrawKey(0));
      assertThat(isHalf(forward.values().get("layer1.0.conv1"))).isTrue();
      assertThat(isHalf(forward.values().get("layer2.0.conv1"))).isFalse();
      assertThat(isHalf(forward.values().get("layer2.0.bn1")))
          .as("norms run in the type of their input")
          .isFalse();
      assertThat(isHalf(forward.values().get("layer2.0.conv2"))).isTrue();
      assertThat(isHalf(forward.values().get("fc"))).isFalse();
    }
  }

  @Test
  void refusesANodeThatIsNotThere() {
    Network network = Zoo.network("cifar_resnet8d", ZooOptions.classes(4));
    Policy policy = Policy.fp16().withFp32Nodes(Set.of("layer9"));
    assertThatThrownBy(
            () -> CompiledNetwork.of(network, policy, Device.cpu(), Normalization.none(3)))
        .hasMessageContaining("has no node layer9");
  }

  private static boolean isHalf(NDArray array) {
    for (float value : array.toFloatArray()) {
      if (FloatFormat.FP16.round(value) != value) {
        return false;
      }
    }
    return true;
  }

  private static float[] logits(Network network, Policy policy) {
    try (CompiledNetwork compiled =
            CompiledNetwork.of(network, policy, Device.cpu(), Normalization.none(3));
        NDManager scope = compiled.manager().newSubManager()) {
      compiled.load(Init.KAIMING_NORMAL.values(network, 1));
      return compiled
          .train(Reference.Batch.random(2, 3, 8, 8, 4, 5).imagesNchw(scope))
          .toFloatArray();
    }
  }

  private static Map<String, String> lists() throws IOException {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                AutocastTest.class.getResourceAsStream("autocast.txt"), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split(" "))
          .collect(Collectors.toMap(words -> words[0], words -> words[1]));
    }
  }
}
