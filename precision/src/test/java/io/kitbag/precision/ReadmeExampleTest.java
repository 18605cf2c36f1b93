package io.kitbag.precision;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.Network;
import io.kitbag.models.init.Init;
import io.kitbag.models.zoo.CifarResNet;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** The README's example of this module. */
class ReadmeExampleTest {

  @Test
  void computesInAnotherFormat() {
    Device device = Device.cpu();
    float[] logits;
    ByteBuffer pixels = ByteBuffer.allocateDirect(2 * 3 * 32 * 32);

    Network network = CifarResNet.d(20).network();
    Policy policy = Policy.bf16().channelsLast();
    NumericsGuard.check(policy, device); // throws where the machine computes wrong numbers
    try (CompiledNetwork compiled =
            CompiledNetwork.of(network, policy, device, Normalization.imageNet());
        NDManager scope = compiled.manager().newSubManager()) {
      compiled.load(Init.XAVIER_UNIFORM.source(network, 0)); // fp32 master weights
      NDArray imagesNchw = scope.create(pixels, new Shape(2, 3, 32, 32), DataType.UINT8);
      logits = compiled.predict(imagesNchw).toFloatArray(); // one native call, fp32 result
    }

    assertThat(logits).hasSize(2 * 10).doesNotContain(Float.NaN);
  }
}
