package io.kitbag.train.recipe;

import java.nio.file.Path;
import java.util.List;

/**
 * Everything that decides what a training run computes: one immutable value, written as YAML.
 *
 * <p>The components stand in the order of the YAML. Their defaults are the preset {@code baseline},
 * where each number cites its source; see {@link Recipes} for presets, files and overrides.
 *
 * @param name letters, digits, dots, hyphens and underscores
 * @param seed the seed of every random draw: initial weights, order of the images, augmentation
 * @param epochs passes over the training images, at least 1
 * @param batchSize images computed at once, at least 1; with {@code optimizer.accumulate} several
 *     such batches make a step
 * @param data what is learnt
 * @param model what learns it
 * @param augment what is done to the images on the way
 * @param optimizer how a gradient becomes a step
 * @param schedule the learning rate over the run
 * @param loss what is minimised
 * @param distill whom the network learns from besides the labels
 * @param averaging averages of the weights over the run
 * @param precision in which numbers it is computed
 * @param eval when and how the test split is measured
 * @param checkpoint when the state is saved
 * @param runtime what of the machine is used
 */
public record Recipe(
    String name,
    long seed,
    int epochs,
    int batchSize,
    DataRecipe data,
    ModelRecipe model,
    AugmentRecipe augment,
    OptimizerRecipe optimizer,
    ScheduleRecipe schedule,
    LossRecipe loss,
    DistillRecipe distill,
    AveragingRecipe averaging,
    PrecisionRecipe precision,
    EvalRecipe eval,
    CheckpointRecipe checkpoint,
    RuntimeRecipe runtime) {

  /**
   * Checks the values that belong to no part, and the parts against each other.
   *
   * @throws RecipeException with everything that is wrong
   */
  public Recipe {
    new Check()
        .that(
            name.matches("[A-Za-z0-9._-]+"),
            "name",
            '"' + name + '"',
            "must consist of letters, digits, '.', '-' and '_'")
        .atLeast(1, "epochs", epochs)
        .atLeast(1, "batchSize", batchSize)
        .that(
            epochs < 1 || schedule.warmupEpochs() <= epochs,
            "schedule.warmupEpochs",
            schedule.warmupEpochs(),
            "must be at most epochs, which is " + epochs)
        .that(
            epochs < 1
                || schedule.cooldownEpochs() == 0
                || schedule.warmupEpochs() + schedule.cooldownEpochs() < epochs,
            "schedule.cooldownEpochs",
            schedule.cooldownEpochs(),
            "must leave epochs between the warm-up and it")
        .that(
            schedule.name() != ScheduleRecipe.Name.STEP
                || schedule.warmupEpochs() > epochs
                || schedule.milestones().stream().allMatch(at -> at > schedule.warmupEpochs()),
            "schedule.milestones",
            schedule.milestones(),
            "must be after the warm-up, schedule.warmupEpochs=" + schedule.warmupEpochs())
        .done();
  }

  /** A preset; see {@link Recipes#preset(String)}. */
  public static Recipe preset(String name) {
    return Recipes.preset(name);
  }

  /**
   * This recipe with some values replaced, checked like a file.
   *
   * @param overrides {@code key=value}, such as {@code optimizer.momentum=0.875}; the value is YAML
   * @throws RecipeException with everything that is wrong
   */
  public Recipe with(String... overrides) {
    return Recipes.override(this, List.of(overrides));
  }

  /** This recipe on the images at {@code path}: a folder of classes or of CIFAR binaries. */
  public Recipe withData(Path path) {
    return new Recipe(
        name,
        seed,
        epochs,
        batchSize,
        data.at(path),
        model,
        augment,
        optimizer,
        schedule,
        loss,
        distill,
        averaging,
        precision,
        eval,
        checkpoint,
        runtime);
  }

  /** Images in one optimizer step: {@code batchSize} times {@code optimizer.accumulate}. */
  public int imagesPerStep() {
    return batchSize * optimizer.accumulate();
  }

  /** The learning rate after warm-up, before any decay: scaled to the images of a step. */
  public double peakLearningRate() {
    return schedule.peakLearningRate(imagesPerStep());
  }

  /** The whole recipe as YAML; reading it gives an equal recipe. */
  public String toYaml() {
    return YamlWriter.write(RecordTree.of(this));
  }
}
