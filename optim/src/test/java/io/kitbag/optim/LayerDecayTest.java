package io.kitbag.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.models.Network;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LayerDecayTest {

  private static Map<String, ParameterGroup> groups(String name, double decay) {
    Network network = Zoo.network(name, ZooOptions.classes(10));
    ParameterGroups rule =
        LayerDecay.over(network.tensors(), ParameterGroups.noBiasDecay(1e-4), decay);
    Map<String, ParameterGroup> groups = new HashMap<>();
    for (TensorSpec tensor : network.tensors()) {
      if (tensor.role().trainable()) {
        groups.put(tensor.name(), rule.groupOf(tensor));
      }
    }
    return groups;
  }

  private static void assertFactor(ParameterGroup group, double expected) {
    assertThat(group.learningRateFactor()).isCloseTo(expected, within(1e-12));
  }

  /** timm's layers of a ResNet-18: stem 0, eight blocks, head 9. */
  @Test
  void everyBlockLearnsSlowerThanTheNext() {
    Map<String, ParameterGroup> groups = groups("resnet18_v1b", 0.5);
    assertFactor(groups.get("fc.weight"), 1);
    assertFactor(groups.get("fc.bias"), 1);
    assertFactor(groups.get("layer4.1.conv2.weight"), 0.5);
    assertFactor(groups.get("layer4.0.downsample.1.weight"), 0.25);
    assertFactor(groups.get("layer1.0.bn1.bias"), Math.pow(0.5, 8));
    assertFactor(groups.get("conv1.weight"), Math.pow(0.5, 9));
    assertFactor(groups.get("bn1.weight"), Math.pow(0.5, 9));
    assertThat(groups.get("conv1.weight").weightDecay()).isEqualTo(1e-4);
    assertThat(groups.get("bn1.weight").weightDecay()).isZero();
  }

  @Test
  void aDeepStemIsOneLayer() {
    Map<String, ParameterGroup> groups = groups("resnet18_v1d", 0.5);
    assertFactor(groups.get("conv1.0.weight"), Math.pow(0.5, 9));
    assertFactor(groups.get("conv1.6.weight"), Math.pow(0.5, 9));
  }

  @Test
  void refusesWhatIsNoShare() {
    assertThatThrownBy(() -> groups("resnet18_v1b", 0)).hasMessageContaining("layer decay of 0.0");
    assertThatThrownBy(() -> groups("resnet18_v1b", 1.1)).hasMessageContaining("at most 1");
  }
}
