package io.kitbag.precision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.kitbag.models.Network;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.zoo.Zoo;
import io.kitbag.models.zoo.ZooOptions;
import io.kitbag.precision.OperatorProfile.Operator;
import io.kitbag.precision.internal.torch.Profiler.Event;
import java.util.List;
import org.junit.jupiter.api.Test;

class OperatorProfileTest {

  @Test
  void countsTimeInsideOtherOperatorsOnce() {
    OperatorProfile profile =
        OperatorProfile.of(
            List.of(
                new Event("inner", "a", 1200, 300),
                new Event("outer", "a", 1000, 1000),
                new Event("inner", "a", 1000, 200),
                new Event("innermost", "a", 1250, 100),
                new Event("outer", "a", 2000, 500),
                new Event("outer", "b", 1100, 50)));

    assertThat(profile.operators())
        .containsExactly(
            new Operator("outer", 3, 1.05),
            new Operator("inner", 2, 0.4),
            new Operator("innermost", 1, 0.1));
    assertThat(profile.totalMs()).isCloseTo(1.55, within(1e-9));
  }

  @Test
  void seesTheOperatorsOfACompiledNetwork() {
    Network network = Zoo.network("cifar_resnet20", ZooOptions.classes(10));
    long convolutions =
        network.nodes().stream().filter(node -> node.op() instanceof Conv2d).count();
    try (CompiledNetwork net =
            CompiledNetwork.of(network, Policy.fp32(), Device.cpu(), Normalization.none(3));
        NDManager manager = net.manager().newSubManager()) {
      net.load(Reference.values(network));
      var images = Reference.Batch.random(3, 3, 17, 19, 10, 2).imagesNchw(manager);
      OperatorProfile profile = OperatorProfile.of(() -> net.predict(images));

      assertThat(profile.operators())
          .filteredOn(operator -> operator.name().equals("aten::convolution"))
          .singleElement()
          .satisfies(operator -> assertThat(operator.calls()).isEqualTo((int) convolutions));
    }
  }
}
