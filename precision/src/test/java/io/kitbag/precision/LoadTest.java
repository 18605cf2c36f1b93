package io.kitbag.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.Network;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.TensorSource;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LoadTest {

  private static final Network NETWORK = Zoo.network("cifar_resnet8d", ZooOptions.classes(7));
  private static final Map<String, HostTensor> VALUES = Reference.values(NETWORK);
  private static final TensorSource SOURCE = tensor -> VALUES.get(tensor.name());

  private static CompiledNetwork compile() {
    return CompiledNetwork.of(
        NETWORK, Policy.fp32().channelsLast(), Device.cpu(), Normalization.none(3));
  }

  @Test
  void setsTheSameTensorByTensorAsAllAtOnce() {
    try (CompiledNetwork atOnce = compile();
        CompiledNetwork oneByOne = compile()) {
      atOnce.load(VALUES);
      oneByOne.load(SOURCE);
      assertThat(atOnce.values()).isEqualTo(VALUES);
      assertThat(oneByOne.values()).isEqualTo(VALUES);
    }
  }

  @Test
  void asksForATensorWhenItsTurnComes() {
    List<String> asked = new ArrayList<>();
    try (CompiledNetwork network = compile()) {
      network.load(
          tensor -> {
            asked.add(tensor.name());
            return SOURCE.get(tensor);
          });
    }
    assertThat(asked).containsExactlyElementsOf(VALUES.keySet());
  }

  @Test
  void refusesATensorOfAnotherShape() {
    try (CompiledNetwork network = compile()) {
      assertThatThrownBy(() -> network.load(tensor -> HostTensor.of(new float[2], 2)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "conv1.weight is float32 of shape [16, 3, 3, 3], not HostTensor[float32 [2]]");
    }
  }

  @Test
  void aNetworkForInferenceIsTheSameFromASource() {
    Reference.Batch batch = Reference.Batch.random(5, 3, 33, 47, 7, 3);
    Policy policy = Policy.bf16().channelsLast();
    float[] expected;
    try (InferenceNetwork network =
        InferenceNetwork.of(NETWORK, VALUES, policy, Device.cpu(), Normalization.none(3))) {
      expected = logits(network, batch);
    }
    try (InferenceNetwork network =
        InferenceNetwork.of(NETWORK, SOURCE, policy, Device.cpu(), Normalization.none(3))) {
      assertThat(logits(network, batch)).isEqualTo(expected);
    }
  }

  private static float[] logits(InferenceNetwork network, Reference.Batch batch) {
    try (NDManager scope = network.manager().newSubManager()) {
      return network.predict(batch.imagesNchw(scope)).toFloatArray();
    }
  }
}
