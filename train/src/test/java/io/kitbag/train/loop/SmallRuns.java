package io.kitbag.train.loop;

import com.google.inject.Module;
import io.kitbag.train.app.Kitbag;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.telemetry.Progress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Runs of a second or two on the built-in images. */
final class SmallRuns {

  private static final String[] SMALL = {
    "epochs=2",
    "batchSize=16",
    "data.builtin.train=80",
    "data.builtin.test=24",
    "model.name=cifar_resnet8d",
    "eval.batchSize=16",
    "schedule.warmupEpochs=0.5",
    "checkpoint.keep=2",
    "runtime.threads=1",
    "runtime.device=cpu",
    "precision.compute=fp32"
  };

  /** Five steps an epoch, two epochs. */
  static final int STEPS = 10;

  private SmallRuns() {}

  static Recipe recipe(String... overrides) {
    return Recipe.preset("quickstart")
        .with(Stream.concat(Stream.of(SMALL), Stream.of(overrides)).toArray(String[]::new));
  }

  static TrainResult run(Recipe recipe, Path directory, Module... replacements) {
    return run(recipe, options(directory, false, OptionalLong.empty()), replacements);
  }

  static TrainResult run(Recipe recipe, RunOptions options, Module... replacements) {
    return Kitbag.app(recipe, options, replacements).getInstance(Trainer.class).run();
  }

  static RunOptions options(Path directory, boolean resume, OptionalLong stopAfterSteps) {
    return new RunOptions(Optional.of(directory), resume, stopAfterSteps, new Silence());
  }

  private static final class Silence implements Progress {
    @Override
    public void begin(String task, long total) {}

    @Override
    public void advance(long done, String status) {}

    @Override
    public void end(String summary) {}

    @Override
    public void message(String line) {}

    @Override
    public void close() {}
  }
}
