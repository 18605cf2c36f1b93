package io.kitbag.train.data;

import io.kitbag.augment.CorruptImage;
import io.kitbag.augment.CorruptPolicy;
import io.kitbag.augment.Decode;
import io.kitbag.augment.Pipeline;
import io.kitbag.augment.PipelineBuilder;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.mix.Mix;
import io.kitbag.augment.transform.Resize;
import io.kitbag.train.recipe.AugmentRecipe;
import io.kitbag.train.recipe.DataRecipe;
import io.kitbag.train.recipe.MixRecipe;
import io.kitbag.train.recipe.Recipe;
import java.util.List;
import java.util.stream.Stream;

/**
 * The two ways of images: shuffled and augmented for training, in order and cropped for evaluation.
 *
 * @param early what {@code train} is in the first {@code earlyEpochs} epochs: smaller images
 * @param earlyEpochs 0 if images have one size
 * @param train complete batches only, another order every epoch
 * @param test every image once
 */
public record Pipelines(Pipeline early, int earlyEpochs, Pipeline train, Pipeline test) {

  /** Cores that decode for one that computes, when the recipe leaves the choice. */
  private static final int CORES_PER_WORKER = 2;

  /** The pipelines a recipe describes over these images. */
  public static Pipelines of(Recipe recipe, DataSplit data) {
    AugmentRecipe augment = recipe.augment();
    int workers = workers(recipe.runtime().workers());
    PipelineBuilder train =
        training(recipe, data.train())
            .sampler(Samplers.of(recipe, data.train()))
            .shard(recipe.data().rank(), recipe.data().world())
            .dropLast(true)
            .batchSize(recipe.batchSize())
            .workers(workers)
            .decode(Decode.valueOf(augment.decode().name()));
    Pipeline late = train.build();
    int earlyEpochs = augment.progressive().epochs(recipe.epochs());
    Pipeline early =
        earlyEpochs == 0 ? late : train.then(new Resize(augment.progressive().imageSize())).build();
    PipelineBuilder test =
        Pipeline.of(data.validation())
            .batchSize(recipe.eval().batchSize())
            .workers(workers)
            .prefetch(recipe.runtime().prefetch())
            .onCorrupt(onCorrupt(recipe));
    Transforms.forEvaluation(recipe).forEach(test::then);
    return new Pipelines(early, earlyEpochs, late, test.build());
  }

  /** The images of both, before augmentation. */
  public DataSplit data() {
    return new DataSplit(train.dataset(), test.dataset());
  }

  /** The recipe's augmentation of these images, still in their order. */
  public static PipelineBuilder training(Recipe recipe, ImageDataset images) {
    PipelineBuilder builder =
        Pipeline.of(images)
            .seed(recipe.seed())
            .prefetch(recipe.runtime().prefetch())
            .onCorrupt(onCorrupt(recipe));
    Transforms.forTraining(recipe).forEach(builder::then);
    mix(recipe.augment().mix(), builder);
    return builder;
  }

  private static CorruptPolicy onCorrupt(Recipe recipe) {
    return recipe.data().onCorrupt() == DataRecipe.OnCorrupt.FAIL
        ? CorruptPolicy.FAIL
        : CorruptPolicy.SKIP;
  }

  /** The training images of an epoch. */
  public Pipeline train(int epoch) {
    return epoch < earlyEpochs ? early : train;
  }

  /** Images that could not be read so far, in any of the pipelines, each once. */
  public List<CorruptImage> corruptImages() {
    return Stream.concat(
            Stream.concat(early.corruptImages().stream(), train.corruptImages().stream())
                .distinct(),
            test.corruptImages().stream())
        .toList();
  }

  private static void mix(MixRecipe mix, PipelineBuilder train) {
    if (!mix.off()) {
      train.mix(
          new Mix(
              mix.mixup(),
              mix.cutmix(),
              mix.probability(),
              mix.switchProbability(),
              Mix.Mode.valueOf(mix.mode().name())),
          mix.offEpoch() == 0 ? Integer.MAX_VALUE : mix.offEpoch());
    }
  }

  private static int workers(int asked) {
    int cores = Runtime.getRuntime().availableProcessors();
    return asked > 0 ? asked : Math.max(1, cores / CORES_PER_WORKER);
  }
}
