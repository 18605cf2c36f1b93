package io.kitbag.train.app;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.train.data.Pipelines;
import io.kitbag.train.data.RecipeData;
import io.kitbag.train.recipe.Recipe;

/** Binds the images and their pipelines. */
final class DataModule extends AbstractModule {

  @Provides
  @Singleton
  DataSplit images(Recipe recipe) {
    return RecipeData.open(recipe);
  }

  @Provides
  @Singleton
  Pipelines pipelines(Recipe recipe, DataSplit images) {
    return Pipelines.of(recipe, images);
  }
}
