package io.kitbag.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

  /** All halves against the definition of the format, in exact arithmetic. */
  @Test
  void everyHalfIsWidenedExactlyAndNarrowedBack() {
    ByteBuffer bits = ByteBuffer.allocate(2 << 16).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 1 << 16; i++) {
      bits.putShort((short) i);
    }
    HostTensor halves = new HostTensor(DataType.FLOAT16, List.of(1 << 16), bits.flip());
    float[] values = halves.toFloat32().toFloats();
    for (int i = 0; i < values.length; i++) {
      int exponent = i >> 10 & 31;
      double significand = exponent == 0 ? (i & 1023) / 1024. : 1 + (i & 1023) / 1024.;
      double size = Math.scalb(significand, Math.max(exponent, 1) - 15);
      if (exponent < 31) {
        assertThat((double) values[i]).isEqualTo(i < 1 << 15 ? size : -size);
      } else {
        assertThat(Float.isFinite(values[i])).isFalse();
      }
    }
    for (int i = 0; i < 0x7c00; i++) {
      assertThat(narrowed(DataType.FLOAT16, values[i])).isEqualTo((short) i);
      float middle = (values[i] + (i == 0x7bff ? 65536 : values[i + 1])) / 2;
      int even = i + (i & 1);
      assertThat(narrowed(DataType.FLOAT16, middle)).as("tie at %d", i).isEqualTo((short) even);
      assertThat(narrowed(DataType.FLOAT16, -middle)).isEqualTo((short) (even | 0x8000));
      assertThat(narrowed(DataType.FLOAT16, Math.nextDown(middle))).isEqualTo((short) i);
      assertThat(narrowed(DataType.FLOAT16, Math.nextUp(middle))).isEqualTo((short) (i + 1));
    }
    assertThat(narrowed(DataType.FLOAT16, Float.MAX_VALUE)).isEqualTo((short) 0x7c00);
    assertThat(narrowed(DataType.FLOAT16, Float.NaN) & 0x7fff).isGreaterThan(0x7c00);
  }

  @Test
  void bfloatsAreRoundedToNearestTiesToEven() {
    for (int i = 0; i < 0x7f80; i++) {
      float value = Float.intBitsToFloat(i << 16);
      float middle = Float.intBitsToFloat(i << 16 | 0x8000);
      assertThat(narrowed(DataType.BFLOAT16, value)).isEqualTo((short) i);
      assertThat(narrowed(DataType.BFLOAT16, middle)).isEqualTo((short) (i + (i & 1)));
      assertThat(narrowed(DataType.BFLOAT16, Math.nextDown(middle))).isEqualTo((short) i);
      assertThat(narrowed(DataType.BFLOAT16, -Math.nextUp(middle)))
          .isEqualTo((short) (i + 1 | 0x8000));
    }
    assertThat(narrowed(DataType.BFLOAT16, Float.NaN)).isEqualTo((short) 0x7fc0);
  }

  private static short narrowed(DataType type, float value) {
    return HostTensor.of(new float[] {value}, 1).to(type).data().getShort();
  }

  @Test
  void onlyFloatingPointTypesAreConverted() {
    HostTensor whole = new HostTensor(DataType.INT32, List.of(1), ByteBuffer.allocate(4));
    assertThatThrownBy(whole::toFloat32).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> HostTensor.of(new float[1], 1).to(DataType.INT8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("int8");
  }
}
