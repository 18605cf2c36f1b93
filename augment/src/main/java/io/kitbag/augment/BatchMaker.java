package io.kitbag.augment;

import io.kitbag.augment.data.DatasetException;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.mix.BatchMixer;
import io.kitbag.augment.mix.MixedLabels;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Reads, transforms and packs the images of a batch with one worker's own scratch memory. */
final class BatchMaker {
  private final Pipeline pipeline;
  private final int epoch;
  private final PixelImage image = new PixelImage();
  private final BatchMixer mixer = new BatchMixer();
  private byte[] planes = new byte[0];

  BatchMaker(Pipeline pipeline, int epoch) {
    this.pipeline = pipeline;
    this.epoch = epoch;
  }

  /**
   * Makes one batch.
   *
   * @param indices the data set's indices of its images
   * @param repeats for each how often it came before in this epoch
   * @param cancelled asked between images; true gives up
   * @return the batch, or null if cancelled
   */
  @Nullable ImageBatch make(int number, int[] indices, int[] repeats, BooleanSupplier cancelled) {
    int[] used = new int[indices.length];
    int size = 0;
    int width = 0;
    int height = 0;
    ByteBuffer buffer = null;
    boolean complete = false;
    try {
      for (int i = 0; i < indices.length; i++) {
        int index = indices[i];
        if (cancelled.getAsBoolean()) {
          return null;
        }
        if (!read(index)) {
          continue;
        }
        transform(index, repeats[i]);
        if (buffer == null) {
          width = image.width();
          height = image.height();
          buffer = pipeline.pool().borrow(Math.multiplyExact(image.length(), indices.length));
        } else if (width != image.width() || height != image.height()) {
          throw new DatasetException(
              String.format(
                  "%s is %dx%d where its batch is %dx%d; end the transforms with a crop or resize"
                      + " to one size",
                  pipeline.dataset().name(index), image.width(), image.height(), width, height));
        }
        pack(buffer, size * image.length());
        used[size++] = index;
      }
      if (buffer == null) {
        throw new DatasetException(
            String.format(
                "none of the %d images of batch %d of epoch %d can be read, the first is %s",
                indices.length, number, epoch, pipeline.dataset().name(indices[0])));
      }
      int[] kept = Arrays.copyOf(used, size);
      int[] labels = Arrays.stream(kept).map(pipeline.dataset()::label).toArray();
      MixedLabels mixed = pipeline.mix(mixer, buffer, labels, height, width, epoch, number);
      ImageBatch batch =
          new ImageBatch(pipeline.pool(), buffer, number, height, width, labels, kept, mixed);
      complete = true;
      return batch;
    } finally {
      if (buffer != null && !complete) {
        pipeline.pool().giveBack(buffer);
      }
    }
  }

  private boolean read(int index) {
    try {
      pipeline.dataset().read(index, image);
      return true;
    } catch (CorruptImageException e) {
      pipeline.recordCorrupt(new CorruptImage(index, e.image(), e.reason()));
      if (pipeline.onCorrupt() == CorruptPolicy.FAIL) {
        throw new DatasetException("corrupt image " + e.getMessage(), e);
      }
      return false;
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "reading " + pipeline.dataset().name(index) + " failed: " + e, e);
    }
  }

  private void transform(int index, int repeat) {
    try {
      pipeline.transform(image, epoch, index, repeat);
    } catch (IllegalArgumentException e) {
      throw new DatasetException(pipeline.dataset().name(index) + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "transforming " + pipeline.dataset().name(index) + " failed: " + e, e);
    }
  }

  /** Writes the image's three planes into the buffer. */
  private void pack(ByteBuffer buffer, int at) {
    int length = image.length();
    int plane = length / 3;
    if (planes.length < length) {
      planes = new byte[length];
    }
    byte[] pixels = image.pixels();
    byte[] out = planes;
    for (int i = 0, o = 0; o < plane; i += 3, o++) {
      out[o] = pixels[i];
      out[o + plane] = pixels[i + 1];
      out[o + 2 * plane] = pixels[i + 2];
    }
    buffer.put(at, out, 0, length);
  }
}
