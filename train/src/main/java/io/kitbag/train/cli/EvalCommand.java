package io.kitbag.train.cli;

import ai.djl.Device;
import io.kitbag.train.app.Devices;
import io.kitbag.train.app.Policies;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.data.RecipeData;
import io.kitbag.train.loop.EvalResult;
import io.kitbag.train.predict.TrainedModel;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.telemetry.Progress;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kitbag eval}: the accuracy of a checkpoint. */
@Command(
    name = "eval",
    sortOptions = false,
    description = {
      "Measure a checkpoint on the test images: those it was trained with, or those of --data.",
      "Images are prepared as the recipe in the checkpoint says."
    },
    footer = {
      "",
      "Examples:",
      "  kitbag eval --checkpoint runs/first",
      "  kitbag eval --checkpoint runs/first/checkpoints/step-0000011700.safetensors --data photos"
    })
final class EvalCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--checkpoint",
      required = true,
      paramLabel = "FILE|DIR",
      description = "A checkpoint, or a run directory for its newest whole one.")
  private Path checkpoint;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = {
        "The images, in folders as for train, with the same classes. Default: those of the run."
      })
  private @Nullable Path data;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Images computed at once; alters speed and memory only.")
  private @Nullable Integer batchSize;

  @Mixin private ComputeOptions compute;

  @Mixin private OutputOptions output;

  @Override
  public void run() {
    CheckpointStore.Loaded loaded = TrainedModel.find(checkpoint);
    Recipe recipe = recipe(loaded);
    Device device = Devices.of(recipe.runtime().device());
    long start = System.nanoTime();
    EvalResult result;
    try (Progress progress = output.progress();
        TrainedModel model =
            TrainedModel.open(loaded, Policies.of(recipe.precision(), device), device)) {
      result = model.evaluate(RecipeData.open(recipe), progress);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    spec.commandLine()
        .getOut()
        .println(
            output.json()
                ? Results.json(result, loaded, seconds)
                : Results.text(result, loaded, seconds));
  }

  private Recipe recipe(CheckpointStore.Loaded loaded) {
    Overrides overrides =
        new Overrides()
            .text("--data", "data.path", data)
            .number("--batch-size", "eval.batchSize", batchSize);
    compute.addTo(overrides);
    return overrides.applyTo(set -> TrainedModel.recipe(loaded).with(set.toArray(String[]::new)));
  }
}
