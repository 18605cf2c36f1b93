package io.kitbag.train.cli;

import io.kitbag.augment.CorruptImage;
import io.kitbag.train.checkpoint.CheckpointMetadata;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.data.RecipeData;
import io.kitbag.train.loop.EvalResult;
import io.kitbag.train.predict.TrainedModel;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.telemetry.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  @Mixin private CheckpointOptions checkpoint;

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

  @Mixin private OutputOptions output;

  @Override
  public void run() {
    CheckpointStore.Loaded loaded = checkpoint.load();
    Recipe recipe =
        checkpoint.recipe(
            loaded,
            new Overrides()
                .text("--data", "data.path", data)
                .number("--batch-size", "eval.batchSize", batchSize));
    long start = System.nanoTime();
    EvalResult result;
    // Not the checkpoint itself, whose weights are on the device by then.
    Path file = loaded.file();
    CheckpointMetadata metadata = loaded.checkpoint().metadata();
    List<CorruptImage> corrupt = new ArrayList<>();
    try (Progress progress = output.progress();
        TrainedModel model = CheckpointOptions.open(loaded, recipe)) {
      result =
          model.evaluate(
              RecipeData.open(recipe),
              progress,
              image -> {
                corrupt.add(image);
                progress.message("left out %s: %s".formatted(image.name(), image.reason()));
              });
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    spec.commandLine()
        .getOut()
        .println(
            output.json()
                ? Results.json(result, corrupt.size(), file, metadata, seconds)
                : Results.text(result, corrupt.size(), file, metadata, seconds));
  }
}
