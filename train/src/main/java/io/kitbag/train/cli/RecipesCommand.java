package io.kitbag.train.cli;

import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.Recipes;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kitbag recipes}: the presets, and a recipe with every value. */
@Command(
    name = "recipes",
    description = "List the presets, or show a recipe with every value.",
    footer = {
      "",
      "A recipe file says what differs from its base, for example:",
      "  base: cifar10-resnet",
      "  epochs: 60",
      "  optimizer: {weightDecay: 0.001}"
    })
final class RecipesCommand implements Runnable {
  private static final String ROW = "%-14s %-18s %7s %7s %8s %7s %-8s";

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    out.println(ROW.formatted("recipe", "network", "epochs", "batch", "peak lr", "px", "numbers"));
    Recipes.names().stream().map(Recipe::preset).map(RecipesCommand::row).forEach(out::println);
    out.println("Every value of one: kitbag recipes show NAME");
  }

  private static String row(Recipe recipe) {
    return ROW.formatted(
            recipe.name(),
            recipe.model().name(),
            recipe.epochs(),
            recipe.batchSize(),
            "%.4g".formatted(recipe.peakLearningRate()),
            recipe.augment().imageSize(),
            recipe.precision().compute().toString().toLowerCase(Locale.ROOT))
        .stripTrailing();
  }

  @Command(
      name = "show",
      description = "Print a recipe with every value, as YAML that train --recipe reads.")
  void show(
      @Parameters(paramLabel = "NAME|FILE", description = "A preset, or a YAML file.")
          String recipe,
      @Option(
              names = "--set",
              paramLabel = "KEY=VALUE",
              description = "Replace a value, such as optimizer.momentum=0.875. Repeatable.")
          List<String> overrides) {
    List<String> set = overrides == null ? List.of() : overrides;
    spec.commandLine().getOut().print(Recipes.resolve(recipe, set).toYaml());
  }

  @Command(name = "keys", description = "List the keys that --set knows.")
  void keys() {
    Recipes.keys().forEach(spec.commandLine().getOut()::println);
  }
}
