package io.kitbag.train.loop;

import ai.djl.ndarray.NDManager;
import io.kitbag.augment.EpochBatches;
import io.kitbag.augment.ImageBatch;
import io.kitbag.models.DrawKey;
import io.kitbag.models.init.Init;
import io.kitbag.optim.loss.Loss;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.precision.Layout;
import io.kitbag.precision.Normalization;
import io.kitbag.precision.NumericsGuard;
import io.kitbag.precision.Policy;
import io.kitbag.train.data.Pipelines;
import io.kitbag.train.recipe.Recipe;
import java.util.function.Consumer;

/**
 * Finds the faster layout by steps on the first batch. Two measurements may disagree where both are
 * nearly as fast, so a run keeps its choice in its recipe, and with it in its checkpoints.
 */
final class LayoutChoice {

  private static final int WARM_UP = 2;
  private static final int STEPS = 4;

  private LayoutChoice() {}

  /** The layout whose fastest step is faster; nothing of the run is touched. */
  static Layout measure(
      Recipe recipe, TrainingParts parts, Pipelines pipelines, Consumer<String> messages) {
    double planes = seconds(Layout.NCHW, recipe, parts, pipelines);
    double pixels = seconds(Layout.CHANNELS_LAST, recipe, parts, pipelines);
    Layout faster = pixels <= planes ? Layout.CHANNELS_LAST : Layout.NCHW;
    messages.accept(
        "layout: a step takes %.1f ms in nchw, %.1f ms in channels_last; %s is taken"
            .formatted(1e3 * planes, 1e3 * pixels, label(faster)));
    return faster;
  }

  /** The layout as recipes write it. */
  static String label(Layout layout) {
    return layout == Layout.NCHW ? "nchw" : "channels_last";
  }

  private static double seconds(
      Layout layout, Recipe recipe, TrainingParts parts, Pipelines pipelines) {
    Policy policy = parts.policy().withLayout(layout);
    NumericsGuard.check(policy, parts.device());
    var normalization = recipe.data().normalization();
    try (CompiledNetwork network =
            CompiledNetwork.of(
                parts.network(),
                policy,
                parts.device(),
                new Normalization(normalization.mean(), normalization.std()));
        Loss loss = parts.loss().compile(network.manager());
        EpochBatches batches = pipelines.train(0).epoch(0, 0);
        ImageBatch batch = batches.next()) {
      network.load(Init.KAIMING_NORMAL.source(parts.network(), recipe.seed()));
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < WARM_UP + STEPS; i++) {
        long start = System.nanoTime();
        step(network, loss, batch);
        if (i >= WARM_UP) {
          least = Math.min(least, (System.nanoTime() - start) / 1e9);
        }
      }
      return least;
    }
  }

  private static void step(CompiledNetwork network, Loss loss, ImageBatch images) {
    try (NDManager scope = network.manager().newSubManager()) {
      DeviceBatch batch = DeviceBatch.of(images, scope);
      var logitsNk = network.train(batch.imagesNchw(), new DrawKey(0)).get(0);
      int classes = Math.toIntExact(logitsNk.getShape().get(1));
      var value = loss.of(scope, logitsNk, batch.targets(images, classes, scope));
      // Reading a gradient waits for the device.
      network.gradients(value, 1).get(0).sum().getFloat();
    }
  }
}
