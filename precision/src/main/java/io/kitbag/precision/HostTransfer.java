package io.kitbag.precision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.Network;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.TensorSource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Makes arrays of a network's tensors one after another, in one direct buffer: the JVM gives direct
 * buffers back only when it collects, and a buffer for each would be all weights once more.
 */
final class HostTransfer {

  private final TensorSource source;
  private final ByteBuffer buffer;

  HostTransfer(Network network, TensorSource source) {
    this.source = source;
    long largest = network.tensors().stream().mapToLong(TensorSpec::size).max().orElse(0);
    buffer =
        ByteBuffer.allocateDirect(Math.toIntExact(largest * Float.BYTES))
            .order(ByteOrder.nativeOrder());
  }

  /**
   * A tensor in fp32, owned by {@code scope}; to be read before the next call, which overwrites it.
   *
   * @throws IllegalArgumentException if the source gives a tensor of another shape or type
   */
  NDArray get(TensorSpec tensor, NDManager scope) {
    HostTensor value = source.get(tensor);
    if (value.type() != DataType.FLOAT32 || !value.shape().equals(tensor.shape())) {
      throw new IllegalArgumentException(
          "%s is float32 of shape %s, not %s".formatted(tensor.name(), tensor.shape(), value));
    }
    buffer.clear().put(value.data()).flip();
    long[] shape = tensor.shape().stream().mapToLong(Integer::longValue).toArray();
    return scope.create(buffer, new Shape(shape), DataType.FLOAT32);
  }
}
