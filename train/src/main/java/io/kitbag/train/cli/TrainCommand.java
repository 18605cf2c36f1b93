package io.kitbag.train.cli;

import io.kitbag.train.ExitCode;
import io.kitbag.train.app.Kitbag;
import io.kitbag.train.loop.RunOptions;
import io.kitbag.train.loop.TrainResult;
import io.kitbag.train.loop.Trainer;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.Recipes;
import io.kitbag.train.telemetry.Progress;
import io.kitbag.train.telemetry.RunDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kitbag train}: one run of a recipe. */
@Command(
    name = "train",
    sortOptions = false,
    description = {
      "Train a network. Without options: the recipe quickstart on images that the program draws.",
      "",
      "The run directory gets recipe.yaml, provenance.json, metrics.jsonl, checkpoints/"
          + " and report.html. SIGINT (Ctrl-C) and SIGTERM write a checkpoint and end with code 130; a second"
          + " one ends at once. On CPU a resumed run gives the same bits as one never stopped."
    },
    footer = {
      "",
      "Examples:",
      "  kitbag train",
      "  kitbag train --recipe cifar10 --data cifar10 --run-dir runs/first",
      "  kitbag train --run-dir runs/first --resume",
      "  kitbag train --data photos --set model.name=resnet50_v1b --weights resnet50.pth --allow-head",
      "  kitbag train --recipe efficient --data photos --epochs 60 --set schedule.name=cosine"
    })
final class TrainCommand implements Callable<Integer> {
  private static final String DEFAULT_RECIPE = "quickstart";

  @Spec private CommandSpec spec;

  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      description = {
        "A preset (see: kitbag recipes) or a YAML file. Default: quickstart; with --resume, the"
            + " recipe in the run directory."
      })
  private @Nullable String recipeName;

  @Option(
      names = "--data",
      paramLabel = "DIR|TABLE",
      description = {
        "The images: train/<class>/* and val/<class>/* or test/<class>/*, tar files (WebDataset,"
            + " kitbag pack), a table (.csv, .jsonl), CIFAR or MNIST files. Default: as the recipe"
            + " says, else the built-in images."
      })
  private @Nullable Path data;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = {
        "Replace a value of the recipe, such as optimizer.momentum=0.875. Repeatable."
            + " All keys: kitbag recipes keys"
      })
  private @Nullable List<String> sets;

  @Option(names = "--epochs", paramLabel = "N", description = "Passes over the training images.")
  private @Nullable Integer epochs;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      description = "Images in one step; the learning rate is scaled along if the recipe says so.")
  private @Nullable Integer batchSize;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Seed of all random draws: first weights, order of the images, augmentation.")
  private @Nullable Long seed;

  @Option(
      names = "--weights",
      paramLabel = "FILE|DIR",
      description = {
        "Start from these weights: safetensors, a state dict of torch.save (.pt, .pth) with the"
            + " names of torchvision or timm, a checkpoint or a run directory."
      })
  private @Nullable Path weights;

  @Option(
      names = "--allow-head",
      description = "With --weights of other classes, start with a new last layer.")
  private boolean allowHead;

  @Mixin private ComputeOptions compute;

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description = "Where to write. Default: runs/<recipe>-<date>-<time>")
  private @Nullable Path runDirectory;

  @Option(
      names = "--resume",
      description = {
        "Go on from the newest whole checkpoint in --run-dir, or from the start if there is none."
      })
  private boolean resume;

  @Option(
      names = "--stop-after-steps",
      paramLabel = "N",
      description = "Take at most N steps now, evaluate, write a checkpoint and end with code 0.")
  private @Nullable Long stopAfterSteps;

  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    if (resume && runDirectory == null) {
      throw new ParameterException(
          spec.commandLine(),
          "--resume needs --run-dir DIR, the directory of the run to go on with");
    }
    if (stopAfterSteps != null && stopAfterSteps < 1) {
      throw new ParameterException(
          spec.commandLine(),
          "--stop-after-steps is " + stopAfterSteps + "; it must be at least 1");
    }
    Recipe recipe = recipe();
    try (StopSignals signals = StopSignals.listen(spec.commandLine().getErr())) {
      TrainResult result = train(recipe, signals);
      spec.commandLine()
          .getOut()
          .println(output.json() ? Results.json(result) : Results.text(result));
      boolean stopped = signals.received() && result.stopped();
      return (stopped ? ExitCode.STOPPED : ExitCode.DONE).code();
    }
  }

  private TrainResult train(Recipe recipe, StopSignals signals) {
    try (Progress progress = output.progress()) {
      RunOptions options =
          new RunOptions(
              Optional.ofNullable(runDirectory),
              resume,
              stopAfterSteps == null ? OptionalLong.empty() : OptionalLong.of(stopAfterSteps),
              progress);
      Trainer trainer = Kitbag.app(recipe, options).getInstance(Trainer.class);
      signals.request(trainer::requestStop);
      return trainer.run();
    }
  }

  private Recipe recipe() {
    Overrides overrides =
        new Overrides()
            .text("--data", "data.path", data)
            .number("--epochs", "epochs", epochs)
            .number("--batch-size", "batchSize", batchSize)
            .number("--seed", "seed", seed)
            .text("--weights", "model.weights", weights)
            .flag("--allow-head", "model.allowHead", allowHead);
    compute.addTo(overrides);
    String name = recipeName == null ? defaultRecipe() : recipeName;
    return overrides.all(sets).applyTo(set -> Recipes.resolve(name, set));
  }

  private String defaultRecipe() {
    if (resume && runDirectory != null) {
      Path ofRun = runDirectory.resolve(RunDirectory.RECIPE);
      if (Files.exists(ofRun)) {
        return ofRun.toString();
      }
    }
    return DEFAULT_RECIPE;
  }
}
