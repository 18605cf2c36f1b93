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
            case BFLOAT16 -> HalfPrecision.fromBfloat(elements.getShort());
            case FLOAT16 -> HalfPrecision.fromHalf(elements.getShort());
            default ->
                throw new IllegalStateException(
                    "the tensor is of type %s, not a floating-point one".formatted(type));
          };
    }
    return of(values, shape.stream().mapToInt(Integer::intValue).toArray());
  }

  /**
   * The same values in float32, float16 or bfloat16, rounded to nearest, ties to even.
   *
   * @throws IllegalStateException if this tensor's type is not a floating-point one
   * @throws IllegalArgumentException if {@code target} is another type
   */
  public HostTensor to(DataType target) {
    HostTensor single = toFloat32();
    if (target == DataType.FLOAT32) {
      return single;
    }
    if (target != DataType.FLOAT16 && target != DataType.BFLOAT16) {
      throw new IllegalArgumentException("tensors are not converted to " + target);
    }
    ByteBuffer values = single.data();
    ByteBuffer converted = ByteBuffer.allocate(size() * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (values.hasRemaining()) {
      float value = values.getFloat();
      converted.putShort(
          target == DataType.FLOAT16 ? HalfPrecision.toHalf(value) : HalfPrecision.toBfloat(value));
    }
    return new HostTensor(target, shape, converted.flip());
  }

  @Override
  public String toString() {
    return "HostTensor[%s %s]".formatted(type, shape);
  }
}
