package io.kitbag.augment.data;

import java.nio.file.Path;

/**
 * The training images and the images that measure the result, under the same classes.
 *
 * @param train what is trained on
 * @param validation what is measured on
 */
public record DataSplit(ImageDataset train, ImageDataset validation) {
  /** Checks that both parts have the same classes. */
  public DataSplit {
    if (!train.classes().equals(validation.classes())) {
      throw new DatasetException(
          "training and validation images have different classes: "
              + train.classes()
              + " and "
              + validation.classes());
    }
  }

  /**
   * Opens what is at a path, of whatever kind it is: see {@link DataLocation}.
   *
   * @throws DatasetException if there is nothing that can be used
   */
  public static DataSplit open(Path path) {
    return DataLocation.of(path).open();
  }

  /** Returns the pictures drawn by the program: {@link BuiltIn}. */
  public static DataSplit builtIn(long seed) {
    return new DataSplit(BuiltIn.train(seed), BuiltIn.test(seed));
  }
}
