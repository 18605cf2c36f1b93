package io.kitbag.augment.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The training images and the images that measure the result, under the same classes.
 *
 * @param train what is trained on
 * @param validation what is measured on
 */
public record DataSplit(ImageDataset train, ImageDataset validation) {
  private static final List<String> VALIDATION_FOLDERS = List.of("val", "test");

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
   * Opens a folder: CIFAR binaries, or {@code train/<class>/**} with {@code val/<class>/**} or else
   * {@code test/<class>/**}.
   *
   * @throws DatasetException if the folder is missing or holds neither
   */
  public static DataSplit open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new DatasetException(
          folder + (Files.exists(folder) ? " is not a folder" : " does not exist"));
    }
    if (CifarBinary.isPresent(folder)) {
      return new DataSplit(CifarBinary.train(folder), CifarBinary.test(folder));
    }
    if (!Files.isDirectory(folder.resolve("train"))) {
      throw new DatasetException(
          folder
              + " holds neither CIFAR binaries nor a folder train; expected train/<class>/ and"
              + " val/<class>/ or test/<class>/");
    }
    ImageFolder train = ImageFolder.of(folder.resolve("train"));
    return new DataSplit(train, ImageFolder.of(validationFolder(folder), train.classes()));
  }

  /** Returns the pictures drawn by the program: {@link BuiltIn}. */
  public static DataSplit builtIn(long seed) {
    return new DataSplit(BuiltIn.train(seed), BuiltIn.test(seed));
  }

  private static Path validationFolder(Path folder) {
    for (String name : VALIDATION_FOLDERS) {
      if (Files.isDirectory(folder.resolve(name))) {
        return folder.resolve(name);
      }
    }
    throw new DatasetException(
        folder + " has a folder train but neither val nor test; add one to measure the result on");
  }
}
