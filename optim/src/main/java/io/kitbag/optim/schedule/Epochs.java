package io.kitbag.optim.schedule;

/**
 * Turns epochs into steps.
 *
 * @param stepsPerEpoch optimizer steps of one pass over the training images, at least 1
 */
public record Epochs(long stepsPerEpoch) {

  public Epochs {
    if (stepsPerEpoch < 1) {
      throw new IllegalArgumentException(
          "stepsPerEpoch=%d must be at least 1".formatted(stepsPerEpoch));
    }
  }

  /**
   * Epochs of full batches only; a remainder is left out, as training pipelines do.
   *
   * @param images in the training set
   * @param batch images per optimizer step, over all devices and accumulated batches
   * @throws IllegalArgumentException if there is not one full batch
   */
  public static Epochs ofFullBatches(long images, int batch) {
    if (batch < 1 || images < batch) {
      throw new IllegalArgumentException(
          "batch=%d of %d images gives no full batch; lower the batch".formatted(batch, images));
    }
    return new Epochs(images / batch);
  }

  /**
   * The number of steps of so many epochs, rounded to the nearest.
   *
   * @param epochs ≥ 0, not necessarily whole
   */
  public long steps(double epochs) {
    if (!(epochs >= 0 && epochs * stepsPerEpoch <= Long.MAX_VALUE)) {
      throw new IllegalArgumentException("epochs=%s must not be negative".formatted(epochs));
    }
    return Math.round(epochs * stepsPerEpoch);
  }
}
