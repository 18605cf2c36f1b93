package io.kitbag.train.cli;

import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.Recipes;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of commands that try a recipe out, and the recipe that they make. */
final class RecipeOptions {

  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      defaultValue = "quickstart",
      description = "A preset (see: kitbag recipes) or a YAML file. Default: quickstart.")
  private String recipeName;

  @Option(
      names = "--data",
      paramLabel = "DIR|TABLE",
      description = "The images, as for train. Default: as the recipe says.")
  private @Nullable Path data;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Replace a value of the recipe. Repeatable. All keys: kitbag recipes keys")
  private @Nullable List<String> sets;

  @Option(names = "--batch-size", paramLabel = "N", description = "Images computed at once.")
  private @Nullable Integer batchSize;

  @Option(names = "--seed", paramLabel = "N", description = "Seed of all random draws.")
  private @Nullable Long seed;

  @Mixin private ComputeOptions compute;

  Recipe recipe() {
    return recipe(new Overrides());
  }

  /** With what the command's own options replace. */
  Recipe recipe(Overrides overrides) {
    overrides
        .text("--data", "data.path", data)
        .number("--batch-size", "batchSize", batchSize)
        .number("--seed", "seed", seed);
    compute.addTo(overrides);
    return overrides.all(sets).applyTo(set -> Recipes.resolve(recipeName, set));
  }
}
