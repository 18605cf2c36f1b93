package io.kitbag.models.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor's values in the memory of the JVM. Immutable as long as the owner of the buffer it was
 * made from leaves that alone; equal when type, shape and bytes are.
 *
 * @param type element type
 * @param shape sizes, outermost first; empty for a scalar
 * @param data the elements in row-major order, little-endian; a read-only view, each call of the
 *     accessor returns a new one from position 0
 */
public record HostTensor(DataType type, List<Integer> shape, ByteBuffer data) {

  public HostTensor {
    shape = List.copyOf(shape);
    long bytes = type.getNumOfBytes();
    for (int size : shape) {
      if (size < 0) {
        throw new IllegalArgumentException("shape %s has a negative size".formatted(shape));
      }
      bytes = Math.multiplyExact(bytes, size);
    }
    if (bytes != data.remaining()) {
      throw new IllegalArgumentException(
          "a tensor of shape %s and type %s has %d bytes, but %d are given"
              .formatted(shape, type, bytes, data.remaining()));
    }
    data = data.slice().asReadOnlyBuffer();
  }

  /** A float32 tensor with a copy of {@code values}. */
  public static HostTensor of(float[] values, int... shape) {
    ByteBuffer data =
        ByteBuffer.allocate(Math.multiplyExact(values.length, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    data.asFloatBuffer().put(values);
    return new HostTensor(DataType.FLOAT32, Arrays.stream(shape).boxed().toList(), data);
  }

  /** A copy of an array's elements. */
  public static HostTensor of(NDArray array) {
    List<Integer> shape =
        Arrays.stream(array.getShape().getShape()).boxed().map(Math::toIntExact).toList();
    ByteBuffer elements = array.toByteBuffer();
    ByteBuffer copy = ByteBuffer.allocate(elements.remaining());
    copy.put(elements).flip();
    return new HostTensor(array.getDataType(), shape, copy);
  }

  /** An array with a copy of the elements, owned by {@code manager}. */
  public NDArray toArray(NDManager manager) {
    long[] sizes = shape.stream().mapToLong(Integer::longValue).toArray();
    ByteBuffer copy = ByteBuffer.allocateDirect(data.remaining()).order(ByteOrder.nativeOrder());
    copy.put(data()).flip();
    return manager.create(copy, new Shape(sizes), type);
  }

  @Override
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Number of elements. */
  public int size() {
    return data.remaining() / type.getNumOfBytes();
  }

  /**
   * A copy of the elements.
   *
   * @throws IllegalStateException if they are not float32
   */
  public float[] toFloats() {
    if (type != DataType.FLOAT32) {
      throw new IllegalStateException("the tensor is of type %s, not float32".formatted(type));
    }
    float[] values = new float[size()];
    data().asFloatBuffer().get(values);
    return values;
  }

  /**
   * The same values in float32: this tensor if it is so already. float16 and bfloat16 are widened
   * exactly, float64 is rounded to nearest.
   *
   * @throws IllegalStateException if the type is not a floating-point one
   */
  public HostTensor toFloat32() {
    if (type == DataType.FLOAT32) {
      return this;
    }
    float[] values = new float[size()];
    ByteBuffer elements = data();
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case FLOAT64 -> (float) elements.getDouble();
            case BFLOAT16 -> Float.intBitsToFloat(elements.getShort() << Short.SIZE);
            case FLOAT16 -> widened(elements.getShort());
            default ->
                throw new IllegalStateException(
                    "the tensor is of type %s, not a floating-point one".formatted(type));
          };
    }
    return of(values, shape.stream().mapToInt(Integer::intValue).toArray());
  }

  /** IEEE 754 binary16: 1 sign, 5 exponent (bias 15), 10 mantissa bits. */
  private static float widened(short half) {
    int sign = (half & 0x8000) << 16;
    int exponent = half >> 10 & 0x1f;
    int mantissa = half & 0x3ff;
    if (exponent == 0) {
      return Math.copySign(mantissa * 0x1p-24f, Float.intBitsToFloat(sign | 0x3f800000));
    }
    int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | wide << 23 | mantissa << 13);
  }

  @Override
  public String toString() {
    return "HostTensor[%s %s]".formatted(type, shape);
  }
}
