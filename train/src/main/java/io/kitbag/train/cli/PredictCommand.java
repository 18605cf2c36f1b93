package io.kitbag.train.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.ImageFormat;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.predict.Prediction;
import io.kitbag.train.predict.Ranked;
import io.kitbag.train.predict.TrainedModel;
import io.kitbag.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kitbag predict}: the classes of images. */
@Command(
    name = "predict",
    sortOptions = false,
    description = {
      "Name the class of images: probability, class and file, one line each.",
      "An image that cannot be read is named on standard error; the others follow, and the exit"
          + " code is 3."
    },
    footer = {
      "",
      "Examples:",
      "  kitbag predict --checkpoint runs/first cat.jpg dog.png",
      "  kitbag predict --checkpoint runs/first --json photos/"
    })
final class PredictCommand implements Callable<Integer> {
  private static final int JSON_RANKS = 5;

  @Spec private CommandSpec spec;

  @Mixin private CheckpointOptions checkpoint;

  @Option(
      names = "--top",
      paramLabel = "K",
      defaultValue = "1",
      description = "Show the K likeliest classes of an image. Default: 1; JSON always has five.")
  private int top;

  @Option(
      names = "--json",
      description = {
        "Print a JSON object per image and line: file, class, index, probability and top5."
      })
  private boolean json;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE|DIR",
      description = "Images; a folder stands for all the images in it and below.")
  private List<Path> paths;

  @Override
  public Integer call() {
    if (top < 1) {
      throw new ParameterException(
          spec.commandLine(), "--top is " + top + "; it must be at least 1");
    }
    List<Path> files = files();
    CheckpointStore.Loaded loaded = checkpoint.load();
    Recipe recipe = checkpoint.recipe(loaded, new Overrides());
    ExitCode exitCode = ExitCode.DONE;
    try (TrainedModel model = CheckpointOptions.open(loaded, recipe)) {
      for (Path file : files) {
        try {
          print(model.predict(file, Math.max(top, JSON_RANKS)));
        } catch (CorruptImageException e) {
          Errors.print(spec.commandLine(), e.getMessage());
          exitCode = ExitCode.DATA;
        }
      }
    }
    return exitCode.code();
  }

  private List<Path> files() {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.exists(path)) {
        throw new KitbagException(ExitCode.DATA, path + " does not exist");
      }
      if (Files.isDirectory(path)) {
        files.addAll(images(path));
      } else {
        files.add(path);
      }
    }
    return files;
  }

  private static List<Path> images(Path directory) {
    List<Path> images;
    try (Stream<Path> all = Files.walk(directory)) {
      images =
          all.filter(file -> ImageFormat.isImageName(file.getFileName().toString()))
              .filter(Files::isRegularFile)
              .sorted()
              .toList();
    } catch (IOException e) {
      throw new KitbagException(
          ExitCode.DATA, directory + " cannot be listed: " + e.getMessage(), e);
    }
    if (images.isEmpty()) {
      throw new KitbagException(ExitCode.DATA, directory + " has no image in it or below");
    }
    return images;
  }

  private void print(Prediction prediction) {
    if (json) {
      spec.commandLine().getOut().println(Json.line(object(prediction)));
      return;
    }
    for (Ranked ranked :
        prediction.ranking().subList(0, Math.min(top, prediction.ranking().size()))) {
      spec.commandLine()
          .getOut()
          .println(
              String.format(
                  Locale.ROOT,
                  "%.4f  %s  %s",
                  ranked.probability(),
                  ranked.className(),
                  prediction.file()));
    }
  }

  private static ObjectNode object(Prediction prediction) {
    ObjectNode node = Json.object().put("file", prediction.file().toString());
    put(node, prediction.best());
    ArrayNode five = node.putArray("top5");
    prediction.ranking().stream()
        .limit(JSON_RANKS)
        .forEach(ranked -> put(five.addObject(), ranked));
    return node;
  }

  private static void put(ObjectNode node, Ranked ranked) {
    node.put("class", ranked.className())
        .put("index", ranked.index())
        .put("probability", ranked.probability());
  }
}
