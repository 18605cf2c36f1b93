package io.kitbag.train.loop;

import ai.djl.ndarray.NDArray;
import io.kitbag.augment.EpochBatches;
import io.kitbag.optim.Optimizer;
import io.kitbag.optim.average.AveragingRule;
import io.kitbag.optim.average.WeightAverage;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.checkpoint.Checkpoint;
import io.kitbag.train.recipe.AveragingRecipe;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.telemetry.Progress;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The average of the weights in a run, if it keeps one. One thread; close it to free it. */
final class Averaging implements AutoCloseable {

  private final CompiledNetwork network;
  private final Optimizer optimizer;
  private final Optional<WeightAverage> average;
  private final Recipe recipe;

  Averaging(
      CompiledNetwork network, Optimizer optimizer, Optional<AveragingRule> rule, Recipe recipe) {
    this.network = network;
    this.optimizer = optimizer;
    this.recipe = recipe;
    average =
        rule.map(
            some -> some.over(network.manager(), network.network().tensors(), network.tensors()));
  }

  /** With first weights loaded. */
  void begin() {
    average.ifPresent(WeightAverage::reset);
  }

  /** After an optimizer step that was taken. */
  void update() {
    average.ifPresent(weights -> weights.update(optimizer.steps()));
  }

  /**
   * After the last step: slow weights become the weights, an average of weights gets statistics of
   * its own.
   *
   * @param images one pass over the training images
   */
  void end(Supplier<EpochBatches> images, Progress progress) {
    if (average.isEmpty() || optimizer.steps() < average.get().rule().start()) {
      return;
    }
    AveragingRule rule = average.get().rule();
    if (rule.replacesWeights()) {
      average.get().adopt();
    } else if (rule.needsStatistics()) {
      try (EpochBatches batches = images.get()) {
        inPlaceOfTheWeights(() -> BatchStatistics.estimate(network, batches, progress));
      }
    }
  }

  /** Whether there are averaged weights, other than the trained ones, that can be used. */
  boolean isReady(Position position) {
    return average
        .map(WeightAverage::rule)
        .filter(rule -> !rule.replacesWeights())
        .filter(rule -> optimizer.steps() >= rule.start())
        .filter(rule -> !rule.needsStatistics() || position.epoch() == recipe.epochs())
        .isPresent();
  }

  /** Whether evaluation and prediction from a checkpoint of this position take the average. */
  boolean isUsed(Position position) {
    return isReady(position) && recipe.averaging().use() == AveragingRecipe.Use.AVERAGE;
  }

  /** Does something while the network has the averaged weights. */
  <T> T inPlaceOfTheWeights(Supplier<T> action) {
    average.orElseThrow().swap();
    try {
      return action.get();
    } finally {
      average.orElseThrow().swap();
    }
  }

  /** The live arrays of the average under the names they have in a checkpoint. */
  void addTo(Map<String, NDArray> state) {
    average.ifPresent(
        weights ->
            weights.state().forEach((name, array) -> state.put(Checkpoint.AVERAGE + name, array)));
  }

  /**
   * Continues from a saved average.
   *
   * @throws KitbagException if there is one although the run keeps none, or the other way round
   */
  void load(Map<String, NDArray> saved) {
    if (average.isPresent() == saved.isEmpty()) {
      throw new KitbagException(
          ExitCode.USAGE,
          "the checkpoint was saved %s an average of the weights, but averaging.kind is %s; resume with the recipe of the run"
              .formatted(saved.isEmpty() ? "without" : "with", recipe.averaging().kind()));
    }
    average.ifPresent(weights -> weights.load(saved));
  }

  @Override
  public void close() {
    average.ifPresent(WeightAverage::close);
  }
}
