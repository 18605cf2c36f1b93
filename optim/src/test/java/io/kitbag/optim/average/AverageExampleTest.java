package io.kitbag.optim.average;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.TensorSpec.Role;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example of {@code docs/averaging.md}. */
class AverageExampleTest {

  @Test
  void averages() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray bias = manager.zeros(new Shape(1));
      List<TensorSpec> tensors = List.of(new TensorSpec("fc.bias", Role.BIAS, List.of(1)));
      List<NDArray> weights = List.of(bias);
      try (WeightAverage average = Ema.timm(0.999).over(manager, tensors, weights)) {
        bias.addi(1);
        average.update(1);
        bias.addi(1);
        average.update(2);
        // The decay at the second update is 1 - 2^(-2/3).
        double expected = 1 + Math.pow(2, -2.0 / 3);
        assertThat((double) average.state().get("fc.bias").getFloat())
            .isCloseTo(expected, within(1e-6));
      }
    }
  }
}
