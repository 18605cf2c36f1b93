package io.kitbag.train.cli;

import io.kitbag.augment.data.DataSplit;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.data.RecipeData;
import io.kitbag.train.preview.AugmentPreview;
import io.kitbag.train.preview.Fonts;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.Recipes;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kitbag augment-preview}: a picture of what a recipe does to images. */
@Command(
    name = "augment-preview",
    sortOptions = false,
    description = {
      "Draw images beside what a recipe's augmentation makes of them, epoch by epoch, into a PNG.",
      "",
      "The images are the first of every class. The pixels are those of training, mixing"
          + " included; below a mixed image stand its classes and their shares."
    },
    footer = {
      "",
      "Examples:",
      "  kitbag augment-preview --recipe cifar10 --data cifar10",
      "  kitbag augment-preview --data photos --set augment.mix.cutmix=1 --output cutmix.png"
    })
final class AugmentPreviewCommand implements Runnable {
  private static final int MOST_CELLS = 2000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      defaultValue = "quickstart",
      description = "A preset (see: kitbag recipes) or a YAML file. Default: quickstart.")
  private String recipeName;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "The images, as for train. Default: as the recipe says, else the built-in ones.")
  private @Nullable Path data;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Replace a value of the recipe, such as augment.flip=0. Repeatable.")
  private @Nullable List<String> sets;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "8",
      description = "How many images: a row each. Default: 8.")
  private int images;

  @Option(
      names = "--variants",
      paramLabel = "N",
      defaultValue = "6",
      description = "How many epochs: a column each. Default: 6.")
  private int variants;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      defaultValue = "augment-preview.png",
      description = "Where to write, replacing what is there. Default: augment-preview.png.")
  private Path output;

  @Override
  public void run() {
    if (images < 1 || variants < 1 || (long) images * variants > MOST_CELLS) {
      throw new ParameterException(
          spec.commandLine(),
          "--images %d and --variants %d must be at least 1 and at most %d pictures together"
              .formatted(images, variants, MOST_CELLS));
    }
    Recipe recipe =
        new Overrides()
            .text("--data", "data.path", data)
            .all(sets)
            .applyTo(set -> Recipes.resolve(recipeName, set));
    DataSplit split = RecipeData.open(recipe);
    AugmentPreview preview = AugmentPreview.of(recipe, split.train(), images, variants);
    BufferedImage sheet = preview.draw();
    write(sheet);
    if (!Fonts.AVAILABLE) {
      spec.commandLine()
          .getErr()
          .println("the picture has no text: no font was found; install one, such as DejaVu");
    }
    spec.commandLine()
        .getOut()
        .printf(
            "%s: %d images in %d epochs, %d x %d pixels%n",
            output, preview.rows(), variants, sheet.getWidth(), sheet.getHeight());
  }

  private void write(BufferedImage sheet) {
    try {
      Path folder = output.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      try (var file = Files.newOutputStream(output)) {
        ImageIO.write(sheet, "png", file);
      }
    } catch (IOException e) {
      throw new KitbagException(
          ExitCode.STORAGE, output + " cannot be written: " + e.getMessage(), e);
    }
  }
}
