package io.kitbag.bench.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.precision.Normalization;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** One batch of random images and labels, the same for the same seed. */
final class SyntheticBatch {

  private static final int CHANNELS = 3;

  private final Shape shape;
  private final ByteBuffer pixels;
  private final long[] labels;

  SyntheticBatch(int batch, int imageSize, int classes, long seed) {
    shape = new Shape(batch, CHANNELS, imageSize, imageSize);
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = new byte[Math.toIntExact(shape.size())];
    random.nextBytes(bytes);
    pixels = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
    labels = random.longs(batch, 0, classes).toArray();
  }

  Shape shape() {
    return shape;
  }

  /** The same for other programs: {@code images}, uint8 NCHW, and {@code labels}, int64. */
  Map<String, HostTensor> tensors() {
    List<Integer> sizes = Arrays.stream(shape.getShape()).boxed().map(Math::toIntExact).toList();
    ByteBuffer numbers =
        ByteBuffer.allocate(labels.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    numbers.asLongBuffer().put(labels);
    return Map.of(
        "images",
        new HostTensor(DataType.UINT8, sizes, pixels.duplicate()),
        "labels",
        new HostTensor(DataType.INT64, List.of(labels.length), numbers));
  }

  /** The images as uint8; on CPU the array reads this batch's own memory. */
  NDArray pixelsNchw(NDManager manager) {
    return manager.create(pixels.duplicate(), shape, DataType.UINT8);
  }

  /** The images as normalised fp32 in direct memory. */
  ByteBuffer normalized(Normalization normalization) {
    ByteBuffer floats =
        ByteBuffer.allocateDirect(pixels.capacity() * Float.BYTES).order(ByteOrder.nativeOrder());
    long plane = shape.get(2) * shape.get(3);
    for (int i = 0; i < pixels.capacity(); i++) {
      int channel = (int) (i / plane % CHANNELS);
      double value = Byte.toUnsignedInt(pixels.get(i)) - normalization.mean().get(channel);
      floats.putFloat((float) (value / normalization.std().get(channel)));
    }
    return floats.flip();
  }

  /** Mean cross-entropy of logits, in double. */
  double crossEntropy(float[] logitsNk) {
    int classes = logitsNk.length / labels.length;
    double sum = 0;
    for (int n = 0; n < labels.length; n++) {
      double largest = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < classes; k++) {
        largest = Math.max(largest, logitsNk[n * classes + k]);
      }
      double exponentials = 0;
      for (int k = 0; k < classes; k++) {
        exponentials += Math.exp(logitsNk[n * classes + k] - largest);
      }
      sum += Math.log(exponentials) + largest - logitsNk[n * classes + (int) labels[n]];
    }
    return sum / labels.length;
  }

  NDArray labels(NDManager manager) {
    return manager.create(labels);
  }
}
