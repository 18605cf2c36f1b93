package io.kitbag.train.ablate;

import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.ablate.AblationRun.Outcome;
import io.kitbag.train.loop.EvalResult;
import io.kitbag.train.loop.TrainResult;
import io.kitbag.train.recipe.Recipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Trains what a plan says, one run after another, all variants with the first seed before any with
 * the second: whatever is done can be compared. Runs that the directory has are not repeated, and
 * one that was interrupted goes on where its checkpoint is.
 */
public final class Ablation {

  /** One run, which goes on if the directory has it already. */
  @FunctionalInterface
  public interface Training {

    TrainResult run(Recipe recipe, Path runDirectory);
  }

  private final AblationPlan plan;
  private final Training training;
  private final Consumer<String> messages;

  /**
   * Nothing is done yet.
   *
   * @param messages gets a line before each run, for a person
   */
  public Ablation(AblationPlan plan, Training training, Consumer<String> messages) {
    this.plan = plan;
    this.training = training;
    this.messages = messages;
  }

  /**
   * Does what is left to do; reports are written into the directory after each round of seeds.
   *
   * @return all of it, or what there is if a run was stopped from outside
   * @throws KitbagException if the directory has runs of other recipes, or a run fails for another
   *     reason than its numbers
   */
  public AblationResult run(Path path) {
    AblationDirectory directory = AblationDirectory.open(path);
    checkRecipes(directory);
    int number = 0;
    for (int i = 0; i < plan.seeds(); i++) {
      for (Variant variant : plan.variants()) {
        Recipe recipe = seeded(variant, i);
        number++;
        if (directory.has(variant, recipe)) {
          continue;
        }
        messages.accept(
            "run %d of %d: %s, seed %d"
                .formatted(number, plan.runs(), variant.name(), recipe.seed()));
        Path runDirectory = directory.of(variant, recipe);
        boolean resumed = Files.exists(runDirectory.resolve("recipe.yaml"));
        Optional<TrainResult> result = train(recipe, runDirectory);
        if (result.filter(TrainResult::stopped).isPresent()) {
          return report(directory);
        }
        directory.add(
            new AblationRun(
                variant.name(),
                recipe.seed(),
                AblationDirectory.digest(recipe),
                result.map(each -> outcome(each, resumed))));
      }
      report(directory);
    }
    return report(directory);
  }

  /** All of them before the first run, lest a mistake is found after hours. */
  private void checkRecipes(AblationDirectory directory) {
    for (Variant variant : plan.variants()) {
      for (int i = 0; i < plan.seeds(); i++) {
        directory.has(variant, seeded(variant, i));
      }
    }
  }

  private static Recipe seeded(Variant variant, int number) {
    return variant.recipe().with("seed=" + (variant.recipe().seed() + number));
  }

  /** Empty if the numbers went wrong: a variant's result like another, and not the others' end. */
  private Optional<TrainResult> train(Recipe recipe, Path runDirectory) {
    try {
      return Optional.of(training.run(recipe, runDirectory));
    } catch (KitbagException e) {
      if (e.exitCode() != ExitCode.NUMERICS) {
        throw e;
      }
      messages.accept(e.getMessage());
      return Optional.empty();
    }
  }

  private static Outcome outcome(TrainResult result, boolean resumed) {
    Optional<EvalResult> used = result.usesAverage() ? result.averagedEval() : result.eval();
    EvalResult eval =
        used.orElseThrow(
            () ->
                new KitbagException(
                    ExitCode.DATA,
                    "%s was not evaluated; an ablation needs test images"
                        .formatted(result.runDirectory())));
    return new Outcome(
        eval.top1(),
        eval.loss(),
        resumed ? OptionalDouble.empty() : OptionalDouble.of(result.seconds()),
        result.weightsSha256());
  }

  private AblationResult report(AblationDirectory directory) {
    Set<String> names =
        plan.variants().stream().map(Variant::name).collect(Collectors.toUnmodifiableSet());
    long first = plan.variants().get(0).recipe().seed();
    List<AblationRun> runs = new ArrayList<>();
    for (AblationRun run : directory.runs()) {
      if (names.contains(run.variant())
          && run.seed() >= first
          && run.seed() < first + plan.seeds()) {
        runs.add(run);
      }
    }
    AblationResult result = new AblationResult(plan, runs);
    directory.write("ablation.md", AblationReport.markdown(result));
    directory.write("ablation.svg", EffectPicture.of(result).document());
    return result;
  }
}
