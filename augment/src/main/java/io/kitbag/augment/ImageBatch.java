package io.kitbag.augment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.kitbag.augment.mix.MixedLabels;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The images and labels of one step, in a direct buffer that belongs to a pool.
 *
 * <p>The consumer owns the batch and closes it when nothing reads its pixels any more; only then is
 * the buffer filled again. Arrays made by {@link #toNDArray} read the buffer itself and are
 * meaningless after {@link #close()}; asynchronous device work on them must have ended.
 *
 * <p>Not thread-safe.
 */
public final class ImageBatch implements AutoCloseable {
  private final BufferPool pool;
  private final ByteBuffer buffer;
  private final int number;
  private final int height;
  private final int width;
  private final int[] labels;
  private final int[] indices;
  private final @Nullable MixedLabels mixed;
  private boolean closed;

  ImageBatch(
      BufferPool pool,
      ByteBuffer buffer,
      int number,
      int height,
      int width,
      int[] labels,
      int[] indices,
      @Nullable MixedLabels mixed) {
    this.pool = pool;
    this.buffer = buffer;
    this.number = number;
    this.height = height;
    this.width = width;
    this.labels = labels;
    this.indices = indices;
    this.mixed = mixed;
  }

  /** Returns the place of this batch in its epoch, from 0. */
  public int number() {
    return number;
  }

  /** Returns the number of images, at least 1. */
  public int size() {
    return labels.length;
  }

  /** Returns the height of every image in pixels. */
  public int height() {
    return height;
  }

  /** Returns the width of every image in pixels. */
  public int width() {
    return width;
  }

  /**
   * Returns the label of each image, without its partner's share if the batch is mixed; the array
   * is the batch's own and stays valid after close.
   */
  public int[] labels() {
    return labels;
  }

  /** Returns both labels of each image and their shares if the pipeline mixed this batch. */
  public Optional<MixedLabels> mixedLabels() {
    return Optional.ofNullable(mixed);
  }

  /** Returns the index of each image in its data set; the batch's own, valid after close. */
  public int[] indices() {
    return indices;
  }

  /**
   * Returns the pixels: size × 3 × height × width bytes, RGB planes, 0-255. A view of the direct
   * buffer from position 0 to its limit, in native order, valid until {@link #close()}.
   */
  public ByteBuffer pixelsNCHW() {
    if (closed) {
      throw new IllegalStateException("batch " + number + " is closed; its buffer is in use again");
    }
    return buffer.slice(0, size() * 3 * height * width).order(ByteOrder.nativeOrder());
  }

  /**
   * Returns the pixels as a UINT8 array of shape (size, 3, height, width) without copying them: it
   * reads this batch's buffer. The array belongs to the manager; copy it (to a device, or to
   * another type) before this batch is closed.
   */
  public NDArray toNDArray(NDManager manager) {
    return manager.create(pixelsNCHW(), new Shape(size(), 3, height, width), DataType.UINT8);
  }

  /** Gives the buffer back to the pool; a second call does nothing. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      pool.giveBack(buffer);
    }
  }
}
