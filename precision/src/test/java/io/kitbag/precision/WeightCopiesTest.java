package io.kitbag.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.DrawKey;
import io.kitbag.models.Network;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.init.Init;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Copies of weights that many passes share; the casts inside each pass are the oracle. */
class WeightCopiesTest {

  private static final int BATCHES = 3;

  @ParameterizedTest
  @CsvSource({
    "cifar_resnet8d, FP32",
    "cifar_resnet8d, BF16",
    "cifar_resnet8d, FP16",
    "mobilenet_v3_small, BF16",
    "inception_v3, BF16"
  })
  void changesNoBitOfLogitsAndGradientsOfAnyPass(String name, ComputeType compute) {
    Policy policy = new Policy(compute, Layout.CHANNELS_LAST, new LossScaling.None());
    assertSame(network(name), policy, Set.of());
  }

  @Test
  void leavesOutNodesInFp32AndWeightsThatAreFrozen() {
    Policy policy = Policy.bf16().withFp32Nodes(Set.of("layer1.0.conv1", "fc"));
    assertSame(network("cifar_resnet8d"), policy, Set.of("layer1.0.conv2.weight", "conv1.weight"));
  }

  private static void assertSame(Network network, Policy policy, Set<String> frozen) {
    try (CompiledNetwork compiled = compile(network, policy)) {
      compiled.freeze(tensor -> frozen.contains(tensor.name()));
      List<float[]> expected = passes(compiled);
      int before = compiled.manager().getManagedArrays().size();
      compiled.load(Init.KAIMING_NORMAL.values(network, 1));
      compiled.holdCopies();
      List<float[]> actual = passes(compiled);
      compiled.releaseCopies();
      assertThat(actual).hasSameSizeAs(expected);
      for (int i = 0; i < expected.size(); i++) {
        assertThat(actual.get(i)).as("array %d", i).isEqualTo(expected.get(i));
      }
      assertThat(compiled.manager().getManagedArrays()).hasSize(before);
    }
  }

  /** The copies are differentiated through once for each batch. */
  private static List<float[]> passes(CompiledNetwork network) {
    int side = network.network().name().startsWith("inception") ? 91 : 33;
    List<float[]> results = new ArrayList<>();
    for (int i = 0; i < BATCHES; i++) {
      try (NDManager scope = network.manager().newSubManager()) {
        Reference.Batch batch = Reference.Batch.random(4, 3, side, side, 5, i);
        NDList outputs = network.train(batch.imagesNchw(scope), DrawKey.of(0, i));
        NDList losses = new NDList();
        outputs.forEach(output -> losses.add(Sum.of(scope, output, batch.weightsNk(scope)).get(0)));
        outputs.forEach(output -> results.add(output.toFloatArray()));
        NDList gradients = network.gradients(losses, 1, 1);
        List<String> names = network.trainedSpecs().stream().map(TensorSpec::name).toList();
        network.copy(names, gradients).values().forEach(value -> results.add(value.toFloats()));
        results.add(network.predict(batch.imagesNchw(scope)).toFloatArray());
      }
    }
    return results;
  }

  @ParameterizedTest
  @CsvSource({"FP32", "BF16", "FP16"})
  void weightsChangeOnlyWhenNoCopiesAreHeld(ComputeType compute) {
    Network network = network("cifar_resnet8d");
    Policy policy = new Policy(compute, Layout.NCHW, new LossScaling.None());
    try (CompiledNetwork compiled = compile(network, policy)) {
      compiled.holdCopies();
      assertThatThrownBy(compiled::holdCopies)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cifar_resnet8d holds copies");
      assertThatThrownBy(() -> compiled.load(Init.KAIMING_NORMAL.values(network, 2)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cifar_resnet8d holds copies");
      assertThatThrownBy(() -> compiled.freeze(tensor -> false))
          .isInstanceOf(IllegalStateException.class);
      compiled.releaseCopies();
      float[] before = logits(compiled);
      compiled.load(Init.KAIMING_NORMAL.values(network, 2));
      assertThat(logits(compiled)).isNotEqualTo(before);
      assertThatThrownBy(compiled::releaseCopies).isInstanceOf(IllegalStateException.class);
    }
  }

  private static float[] logits(CompiledNetwork network) {
    try (NDManager scope = network.manager().newSubManager()) {
      Reference.Batch batch = Reference.Batch.random(2, 3, 9, 9, 5, 1);
      return network.predict(batch.imagesNchw(scope)).toFloatArray();
    }
  }

  private static CompiledNetwork compile(Network network, Policy policy) {
    CompiledNetwork compiled =
        CompiledNetwork.of(network, policy, Device.cpu(), Normalization.none(3));
    compiled.load(Init.KAIMING_NORMAL.values(network, 1));
    return compiled;
  }

  private static Network network(String name) {
    return Zoo.network(name, ZooOptions.classes(5).withAuxiliaryHead(false));
  }
}
