package io.kitbag.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostTensorTest {

  @Test
  void holdsItsOwnCopyOfFloats() {
    float[] values = {1, 2, 3, 4, 5, 6};
    HostTensor tensor = HostTensor.of(values, 2, 3);
    values[0] = 99;

    assertThat(tensor.toFloats()).containsExactly(1, 2, 3, 4, 5, 6);
    assertThat(tensor.shape()).containsExactly(2, 3);
    assertThat(tensor.data().isReadOnly()).isTrue();
    tensor.data().getFloat();
    assertThat(tensor.data().getFloat()).isEqualTo(1);
  }

  @Test
  void bytesThatDoNotFitTheShapeAreRefused() {
    assertThatThrownBy(() -> HostTensor.of(new float[5], 2, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[2, 3]")
        .hasMessageContaining("24 bytes, but 20");
    assertThatThrownBy(() -> new HostTensor(DataType.INT8, List.of(-1, -4), ByteBuffer.allocate(4)))
        .hasMessageContaining("negative");
  }

  @Test
  void otherTypesAreNotReadAsFloats() {
    HostTensor tensor = new HostTensor(DataType.INT32, List.of(1), ByteBuffer.allocate(4));
    assertThatThrownBy(tensor::toFloats).hasMessageContaining("int32");
  }

  @Test
  void digestsDifferWhenAnythingDiffers() {
    HostTensor tensor = HostTensor.of(new float[] {0, 0}, 2);
    String digest = WeightsDigest.sha256(Map.of("a", tensor));

    assertThat(digest).hasSize(64);
    assertThat(WeightsDigest.sha256(Map.of("a", HostTensor.of(new float[2], 2)))).isEqualTo(digest);
    assertThat(WeightsDigest.sha256(Map.of("b", tensor))).isNotEqualTo(digest);
    assertThat(WeightsDigest.sha256(Map.of("a", HostTensor.of(new float[2], 2, 1))))
        .isNotEqualTo(digest);
    assertThat(WeightsDigest.sha256(Map.of("a", HostTensor.of(new float[] {0, -0f}, 2))))
        .isNotEqualTo(digest);
    HostTensor ints = new HostTensor(DataType.INT32, List.of(2), ByteBuffer.allocate(8));
    assertThat(WeightsDigest.sha256(Map.of("a", ints))).isNotEqualTo(digest);
  }
}
