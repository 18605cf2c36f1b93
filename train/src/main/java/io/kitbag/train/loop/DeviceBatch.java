package io.kitbag.train.loop;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.augment.ImageBatch;

/**
 * A batch where the network is.
 *
 * @param imagesNchw uint8
 * @param labelsN int64
 */
record DeviceBatch(NDArray imagesNchw, NDArray labelsN) {

  /**
   * What the network shall answer: the labels, or the probabilities N × K of a mixed batch.
   *
   * @param classes K
   * @param scope owns the array
   */
  NDArray targets(ImageBatch batch, int classes, NDManager scope) {
    return batch
        .mixedLabels()
        .map(mixed -> scope.create(mixed.targets(classes), new Shape(batch.size(), classes)))
        .orElse(labelsN);
  }

  /**
   * On CPU the images are read from the batch's own buffer, so the batch must stay open as long as
   * the arrays are used; to a GPU they are copied.
   *
   * @param scope owns the arrays
   */
  static DeviceBatch of(ImageBatch batch, NDManager scope) {
    long[] labels = new long[batch.size()];
    for (int i = 0; i < labels.length; i++) {
      labels[i] = batch.labels()[i];
    }
    Device device = scope.getDevice();
    if (!device.isGpu()) {
      return new DeviceBatch(batch.toNDArray(scope), scope.create(labels));
    }
    try (NDManager host = scope.newSubManager(Device.cpu())) {
      NDArray images = batch.toNDArray(host).toDevice(device, true);
      images.attach(scope);
      return new DeviceBatch(images, scope.create(labels));
    }
  }
}
