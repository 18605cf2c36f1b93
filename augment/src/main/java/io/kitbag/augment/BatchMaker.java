package io.kitbag.augment;

import io.kitbag.augment.data.DatasetException;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.ImageTooLargeException;
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
  private final @Nullable FastPath fast;
  private byte[] planes = new byte[0];

  BatchMaker(Pipeline pipeline, int epoch) {
    this.pipeline = pipeline;
    this.epoch = epoch;
    this.fast = FastPath.of(pipeline);
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
        FastPath.@Nullable Outcome outcome = read(index, repeats[i]);
        if (outcome == null) {
          continue;
        }
        boolean ready = fast != null && outcome == FastPath.Outcome.PLANES;
        if (!ready && !transform(index, outcome, repeats[i])) {
          continue;
        }
        int imageWidth = ready ? fast.size() : image.width();
        int imageHeight = ready ? fast.size() : image.height();
        int length = 3 * imageWidth * imageHeight;
        if (buffer == null) {
          width = imageWidth;
          height = imageHeight;
          buffer = pipeline.pool().borrow(bytesOfBatch(width, height, indices));
        } else if (width != imageWidth || height != imageHeight) {
          throw new DatasetException(
              String.format(
                  "%s is %dx%d where its batch is %dx%d; end the transforms with a crop or resize"
                      + " to one size",
                  pipeline.dataset().name(index), imageWidth, imageHeight, width, height));
        }
        buffer.put(size * length, ready ? fast.planes() : planesOfImage(), 0, length);
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

  private int bytesOfBatch(int width, int height, int[] indices) {
    long bytes = 3L * width * height * indices.length;
    if (bytes > Integer.MAX_VALUE) {
      throw new DatasetException(
          ("%s images of %sx%s make a batch of %s bytes, more than the %s of a buffer, the first is"
                  + " %s; lower the batch size, or end the transforms with a smaller crop or resize")
              .formatted(
                  indices.length,
                  width,
                  height,
                  bytes,
                  Integer.MAX_VALUE,
                  pipeline.dataset().name(indices[0])));
    }
    return (int) bytes;
  }

  /** Reads an image, and applies as many transforms as its outcome says; null if corrupt. */
  private FastPath.@Nullable Outcome read(int index, int repeat) {
    try {
      if (fast != null) {
        FastPath.Outcome outcome = fast.read(epoch, index, repeat, image);
        if (outcome != FastPath.Outcome.UNREAD) {
          return outcome;
        }
      }
      pipeline.dataset().read(index, image);
      return FastPath.Outcome.UNREAD;
    } catch (CorruptImageException e) {
      leaveOut(new CorruptImage(index, e.image(), e.reason()), e);
      return null;
    } catch (ImageTooLargeException e) {
      leaveOut(new CorruptImage(index, pipeline.dataset().name(index), e.getMessage()), e);
      return null;
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "reading " + pipeline.dataset().name(index) + " failed: " + e, e);
    }
  }

  /** Applies what is left of the transforms; false if they cannot be applied to this image. */
  private boolean transform(int index, FastPath.Outcome outcome, int repeat) {
    int first = fast != null && outcome == FastPath.Outcome.PIXELS ? fast.done() : 0;
    try {
      pipeline.transform(image, first, epoch, index, repeat);
      return true;
    } catch (ImageTooLargeException e) {
      leaveOut(new CorruptImage(index, pipeline.dataset().name(index), e.getMessage()), e);
      return false;
    } catch (IllegalArgumentException e) {
      throw new DatasetException(pipeline.dataset().name(index) + ": " + e.getMessage(), e);
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "transforming " + pipeline.dataset().name(index) + " failed: " + e, e);
    }
  }

  private void leaveOut(CorruptImage image, Exception cause) {
    pipeline.recordCorrupt(image);
    if (pipeline.onCorrupt() == CorruptPolicy.FAIL) {
      throw new DatasetException("corrupt image " + image.name() + ": " + image.reason(), cause);
    }
  }

  private byte[] planesOfImage() {
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
    return out;
  }
}
