package io.kitbag.augment.mix;

import io.kitbag.augment.random.Draws;
import java.nio.ByteBuffer;

/**
 * Mixes the pixels of a batch where they lie.
 *
 * <p>The arithmetic is that of integers on 8-bit values, rounded once to the nearest: at most half
 * a level from the exact mixture, as timm's {@code FastCollateMixup}, and the same bits on every
 * device. It runs on the threads that make batches, where it costs little beside decoding.
 *
 * <p>Keeps three images of scratch memory between calls. Not thread-safe.
 */
public final class BatchMixer {
  private byte[] first = new byte[0];
  private byte[] second = new byte[0];
  private byte[] mixed = new byte[0];

  /** Makes a mixer without scratch memory. */
  public BatchMixer() {}

  /**
   * Mixes every image with the one at the same place from the end.
   *
   * @param pixelsNchw {@code labels.length} × 3 × height × width bytes from position 0
   * @param random the batch's own generator
   */
  public MixedLabels mix(
      Mix mix, ByteBuffer pixelsNchw, int[] labels, int height, int width, Draws random) {
    int images = labels.length;
    MixPart[] parts = mix.draw(images, height, width, random);
    int[] others = new int[images];
    float[] lambda = new float[images];
    for (int i = 0; i < images; i++) {
      others[i] = labels[images - 1 - i];
      lambda[i] = parts[i].lambda();
    }
    int length = 3 * height * width;
    if (first.length < length) {
      first = new byte[length];
      second = new byte[length];
      mixed = new byte[length];
    }
    for (int i = 0; i < images / 2; i++) {
      int j = images - 1 - i;
      if (parts[i].isWhole() && parts[j].isWhole()) {
        continue;
      }
      pixelsNchw.get(i * length, first, 0, length);
      pixelsNchw.get(j * length, second, 0, length);
      parts[i].apply(first, second, mixed, height, width);
      pixelsNchw.put(i * length, mixed, 0, length);
      parts[j].apply(second, first, mixed, height, width);
      pixelsNchw.put(j * length, mixed, 0, length);
    }
    return new MixedLabels(labels, others, lambda);
  }
}
