package io.kitbag.train.data;

import io.kitbag.augment.CorruptPolicy;
import io.kitbag.augment.Pipeline;
import io.kitbag.augment.PipelineBuilder;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.train.recipe.AugmentRecipe;
import io.kitbag.train.recipe.DataRecipe;
import io.kitbag.train.recipe.Recipe;

/**
 * The two ways of images: shuffled and augmented for training, in order and cropped for evaluation.
 *
 * @param train complete batches only, another order every epoch
 * @param test every image once
 */
public record Pipelines(Pipeline train, Pipeline test) {

  /** Cores that decode for one that computes, when the recipe leaves the choice. */
  private static final int CORES_PER_WORKER = 2;

  /** The pipelines a recipe describes over these images. */
  public static Pipelines of(Recipe recipe, DataSplit data) {
    AugmentRecipe augment = recipe.augment();
    int workers = workers(recipe.runtime().workers());
    CorruptPolicy onCorrupt =
        recipe.data().onCorrupt() == DataRecipe.OnCorrupt.FAIL
            ? CorruptPolicy.FAIL
            : CorruptPolicy.SKIP;
    PipelineBuilder train =
        Pipeline.of(data.train())
            .forTraining()
            .batchSize(recipe.batchSize())
            .seed(recipe.seed())
            .workers(workers)
            .prefetch(recipe.runtime().prefetch())
            .onCorrupt(onCorrupt);
    Transforms.forTraining(augment, recipe.eval()).forEach(train::then);
    PipelineBuilder test =
        Pipeline.of(data.validation())
            .batchSize(recipe.eval().batchSize())
            .workers(workers)
            .prefetch(recipe.runtime().prefetch())
            .onCorrupt(onCorrupt);
    Transforms.forEvaluation(augment.imageSize(), recipe.eval()).forEach(test::then);
    return new Pipelines(train.build(), test.build());
  }

  private static int workers(int asked) {
    int cores = Runtime.getRuntime().availableProcessors();
    return asked > 0 ? asked : Math.max(1, cores / CORES_PER_WORKER);
  }
}
