package io.kitbag.train.loop;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.kitbag.augment.EpochBatches;
import io.kitbag.augment.ImageBatch;
import io.kitbag.augment.Pipeline;
import io.kitbag.precision.InferenceNetwork;
import io.kitbag.train.recipe.EvalRecipe;
import io.kitbag.train.telemetry.Progress;

/** Measures a network on every image of a pipeline, with running statistics and no augmentation. */
public final class Evaluator {

  private Evaluator() {}

  /**
   * Runs the whole pipeline once. The result does not depend on its batch size.
   *
   * @param how see {@link Inference#logits}
   */
  public static EvalResult evaluate(
      InferenceNetwork network, Pipeline images, EvalRecipe how, Progress progress) {
    try (NDManager manager = network.manager().newSubManager();
        Accuracy accuracy = new Accuracy(manager);
        EpochBatches batches = images.epoch(0)) {
      progress.begin("evaluate", images.batchesPerEpoch());
      while (batches.hasNext()) {
        try (NDManager scope = manager.newSubManager();
            ImageBatch batch = batches.next()) {
          DeviceBatch onDevice = DeviceBatch.of(batch, scope);
          NDArray logitsNk = Inference.logits(network, onDevice.imagesNchw(), how);
          accuracy.add(logitsNk, onDevice.labelsN());
        }
        progress.advance(batches.position(), "");
      }
      return accuracy.result();
    }
  }
}
