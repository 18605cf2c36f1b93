package io.kitbag.train.data;

import io.kitbag.augment.data.BuiltIn;
import io.kitbag.augment.data.CachedDataset;
import io.kitbag.augment.data.DataLocation;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.data.OrientedDataset;
import io.kitbag.augment.data.Stratified;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.recipe.DataRecipe;
import io.kitbag.train.recipe.Recipe;

/** Opens the images that a recipe names. */
public final class RecipeData {

  private RecipeData() {}

  /**
   * The training and test images.
   *
   * @throws io.kitbag.augment.data.DatasetException if the folder is missing, has no classes, has
   *     an empty class or a damaged file
   * @throws KitbagException if the data has another number of classes than the recipe says
   */
  public static DataSplit open(Recipe recipe) {
    DataRecipe data = recipe.data();
    DataSplit split = source(recipe);
    int classes = split.train().classes().size();
    if (data.classes() > 0 && data.classes() != classes) {
      throw new KitbagException(
          ExitCode.DATA,
          "data.classes is %d but the data has %d classes; correct the recipe or the folder"
              .formatted(data.classes(), classes));
    }
    split = new DataSplit(subset(split.train(), data), split.validation());
    if (data.exifOrientation()) {
      split =
          new DataSplit(OrientedDataset.of(split.train()), OrientedDataset.of(split.validation()));
    }
    long budget = (long) data.cacheMegabytes() << 20;
    return budget == 0 ? split : cached(split, budget);
  }

  private static ImageDataset subset(ImageDataset train, DataRecipe data) {
    return data.subset() <= 1
        ? Stratified.share(train, data.subset(), data.splitSeed())
        : Stratified.perClass(train, (int) data.subset(), data.splitSeed());
  }

  private static DataSplit source(Recipe recipe) {
    DataRecipe data = recipe.data();
    if (data.path().isEmpty()) {
      // The images are the same whatever the run's seed, so that runs can be compared.
      ImageDataset train = BuiltIn.train(0, data.builtin().train());
      return data.holdOut() == 0
          ? new DataSplit(train, BuiltIn.test(0, data.builtin().test()))
          : Stratified.holdOut(train, data.holdOut(), data.splitSeed());
    }
    DataLocation location =
        new DataLocation(data.path().get(), data.train(), data.validation(), data.classMap());
    return data.holdOut() == 0
        ? location.open()
        : Stratified.holdOut(location.openTrain(), data.holdOut(), data.splitSeed());
  }

  /** One budget for both splits, in proportion to their images. */
  private static DataSplit cached(DataSplit split, long budget) {
    ImageDataset train = split.train();
    ImageDataset test = split.validation();
    long forTrain = budget * train.size() / (train.size() + test.size());
    return new DataSplit(
        CachedDataset.of(train, forTrain), CachedDataset.of(test, budget - forTrain));
  }
}
