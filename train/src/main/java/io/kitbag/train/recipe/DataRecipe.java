package io.kitbag.train.recipe;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What is learnt: where the images are and how they are read.
 *
 * @param source the kind of data set
 * @param path the folder of the data set; empty for the built-in one
 * @param classes the number of classes the recipe was made for, checked against the data; 0 takes
 *     what the data has
 * @param builtin the size of the built-in data set
 * @param onCorrupt what an image that cannot be decoded does to the run
 * @param cacheMegabytes memory for decoded images, in MiB, so that later epochs need not decode; 0
 *     keeps none
 * @param normalization the mean and the deviation of the channels
 */
public record DataRecipe(
    Source source,
    Optional<Path> path,
    int classes,
    BuiltIn builtin,
    OnCorrupt onCorrupt,
    int cacheMegabytes,
    Normalization normalization) {

  /** The kinds of data set. */
  public enum Source {
    /** The built-in images without a path; with one, whatever is found there. */
    AUTO,
    /** Images drawn by the program itself: ten classes, 32 px. */
    BUILTIN,
    /** {@code train/<class>/*} and {@code val} or {@code test/<class>/*}. */
    FOLDER,
    /** The binary files of CIFAR-10 or CIFAR-100. */
    CIFAR_BINARY
  }

  /** What an image that cannot be decoded does to the run. */
  public enum OnCorrupt {
    /** The image is named, counted and left out. */
    SKIP,
    /** The run stops and names the image. */
    FAIL
  }

  /**
   * The size of the built-in data set.
   *
   * @param train training images, at least 1
   * @param test test images, at least 1
   */
  public record BuiltIn(int train, int test) {
    /** Checks that there are images. */
    public BuiltIn {
      new Check().atLeast(1, "train", train).atLeast(1, "test", test).done();
    }
  }

  /** Checks that source and path agree. */
  public DataRecipe {
    boolean needsPath = source == Source.FOLDER || source == Source.CIFAR_BINARY;
    new Check()
        .that(
            !(source == Source.BUILTIN && path.isPresent()),
            "path",
            path.map(Path::toString).orElse(""),
            "is not used by the built-in data; remove it, or set source to auto")
        .that(
            !needsPath || path.isPresent(),
            "path",
            "nothing",
            "is no folder; give the folder of the data set, or set source to auto")
        .that(classes == 0 || classes >= 2, "classes", classes, "must be 0 (as the data) or >= 2")
        .atLeast(0, "cacheMegabytes", cacheMegabytes)
        .done();
  }

  /** The same with the images at {@code folder}, of the kind found there. */
  DataRecipe at(Path folder) {
    Source kind = source == Source.BUILTIN ? Source.AUTO : source;
    return new DataRecipe(
        kind, Optional.of(folder), classes, builtin, onCorrupt, cacheMegabytes, normalization);
  }
}
