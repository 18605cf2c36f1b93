package io.kitbag.train.data;

import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.sampler.ClassBalanced;
import io.kitbag.augment.sampler.Repeated;
import io.kitbag.augment.sampler.Sampler;
import io.kitbag.augment.sampler.ShardShuffled;
import io.kitbag.augment.sampler.Shuffled;
import io.kitbag.train.recipe.DataRecipe.Sampling;
import io.kitbag.train.recipe.Recipe;

/** The order of the training images that a recipe names. */
final class Samplers {
  private Samplers() {}

  static Sampler of(Recipe recipe, ImageDataset images) {
    Sampler once = once(recipe, images);
    int repeats = recipe.augment().repeats();
    return repeats == 1 ? once : new Repeated(once, repeats);
  }

  private static Sampler once(Recipe recipe, ImageDataset images) {
    Sampling sampling = recipe.data().sampling();
    return switch (sampling.kind()) {
      case SHUFFLE -> new Shuffled(images.size(), recipe.seed());
      case SHARDS ->
          ShardShuffled.of(
              images.shardSizes(), sampling.shardsAtATime(), sampling.buffer(), recipe.seed());
      case CLASS_BALANCED -> ClassBalanced.of(images.labels(), recipe.seed());
    };
  }
}
