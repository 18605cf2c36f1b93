package io.kitbag.train.cli;

import ai.djl.Device;
import io.kitbag.precision.NumericsGuard;
import io.kitbag.precision.Policy;
import io.kitbag.precision.TorchRuntime;
import io.kitbag.train.app.Devices;
import io.kitbag.train.app.Policies;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.predict.TrainedModel;
import io.kitbag.train.recipe.Recipe;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A trained network on the command line: where it is, and how it computes. */
final class CheckpointOptions {

  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "FILE|DIR",
      description = "A checkpoint, or a run directory for its newest whole one.")
  private Path checkpoint;

  @Mixin private ComputeOptions compute;

  CheckpointStore.Loaded load() {
    return TrainedModel.find(checkpoint);
  }

  /** The recipe of the checkpoint with what the options replace. */
  Recipe recipe(CheckpointStore.Loaded loaded, Overrides overrides) {
    compute.addTo(overrides);
    return overrides.applyTo(set -> TrainedModel.recipe(loaded).with(set.toArray(String[]::new)));
  }

  /** The network, ready to compute as the recipe says, once that is known to give right numbers. */
  static TrainedModel open(CheckpointStore.Loaded loaded, Recipe recipe) {
    Device device = Devices.of(recipe.runtime().device());
    Policy policy = Policies.of(recipe.precision(), device);
    if (recipe.runtime().threads() > 0) {
      TorchRuntime.setThreads(recipe.runtime().threads());
    }
    NumericsGuard.check(policy, device);
    return TrainedModel.open(loaded, policy, device);
  }
}
