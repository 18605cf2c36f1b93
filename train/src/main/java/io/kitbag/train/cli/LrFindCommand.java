package io.kitbag.train.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kitbag.optim.schedule.ExponentialRange;
import io.kitbag.train.app.Kitbag;
import io.kitbag.train.internal.AtomicFile;
import io.kitbag.train.loop.RangeResult;
import io.kitbag.train.loop.RangeTest;
import io.kitbag.train.loop.RunOptions;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.report.RangePicture;
import io.kitbag.train.telemetry.Progress;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kitbag lr-find}: the learning-rate range test. */
@Command(
    name = "lr-find",
    sortOptions = false,
    description = {
      "Find a learning rate: train some steps while it rises, and see where the loss falls and"
          + " where it diverges (Smith, arXiv 1506.01186).",
      "",
      "Prints two suggestions, as fastai's lr_find does, and draws the loss. Only the picture is"
          + " written: no run, no weights. The test begins with the weights of a new run."
    },
    footer = {
      "",
      "Examples:",
      "  kitbag lr-find",
      "  kitbag lr-find --recipe cifar10 --data cifar10 --batch-size 512",
      "  kitbag lr-find --data photos --set optimizer.name=sgd --steps 200 --picture range.png"
    })
final class LrFindCommand implements Runnable {

  @Spec private CommandSpec spec;

  @Mixin private RecipeOptions source;

  @Option(
      names = "--from",
      paramLabel = "RATE",
      defaultValue = "1e-6",
      description = "The first learning rate. Default: ${DEFAULT-VALUE} (fastai: 1e-7).")
  private double from;

  @Option(
      names = "--to",
      paramLabel = "RATE",
      defaultValue = "10",
      description = "The last learning rate. Default: ${DEFAULT-VALUE}, as fastai.")
  private double to;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "100",
      description = "Steps from the first to the last rate. Default: ${DEFAULT-VALUE}, as fastai.")
  private long steps;

  @Option(
      names = "--picture",
      paramLabel = "FILE",
      defaultValue = "lr-find.png",
      description = "Where to draw, PNG. Default: ${DEFAULT-VALUE}")
  private Path picture;

  @Mixin private OutputOptions output;

  @Override
  public void run() {
    Recipe recipe = source.recipe();
    ExponentialRange rates;
    try {
      rates = new ExponentialRange(from, to, steps);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    RangeResult result;
    try (Progress progress = output.progress()) {
      RunOptions options = new RunOptions(Optional.empty(), false, OptionalLong.empty(), progress);
      result = Kitbag.app(recipe, options).getInstance(RangeTest.class).run(rates);
    }
    String title =
        "%s, %s, %d images a step"
            .formatted(
                recipe.model().name(),
                recipe.optimizer().name().toString().toLowerCase(Locale.ROOT),
                recipe.imagesPerStep());
    byte[] png = RangePicture.png(result, title);
    AtomicFile.write(picture, out -> out.write(png));
    print(recipe, result);
  }

  private void print(Recipe recipe, RangeResult result) {
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      out.println(Json.line(json(recipe, result)));
      return;
    }
    out.printf(
        Locale.ROOT,
        "minimum/10   %9.3g   --set schedule.learningRate=%.3g%n",
        result.minimumOverTen(),
        recipe.schedule().learningRateFor(result.minimumOverTen(), recipe.imagesPerStep()));
    out.printf(
        Locale.ROOT,
        "steepest     %9.3g   --set schedule.learningRate=%.3g%n",
        result.steepest(),
        recipe.schedule().learningRateFor(result.steepest(), recipe.imagesPerStep()));
    out.printf("picture      %s%n", picture);
  }

  private ObjectNode json(Recipe recipe, RangeResult result) {
    ObjectNode node =
        Json.object()
            .put("minimumOverTen", result.minimumOverTen())
            .put("steepest", result.steepest())
            .put(
                "scheduleLearningRate",
                recipe.schedule().learningRateFor(result.minimumOverTen(), recipe.imagesPerStep()))
            .put("imagesPerStep", recipe.imagesPerStep())
            .put("picture", picture.toString());
    ArrayNode points = node.putArray("points");
    for (RangeResult.Point point : result.points()) {
      points
          .addObject()
          .put("learningRate", point.learningRate())
          .put("loss", point.loss())
          .put("smoothed", point.smoothed());
    }
    return node;
  }
}
