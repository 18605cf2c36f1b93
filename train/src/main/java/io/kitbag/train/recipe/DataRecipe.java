package io.kitbag.train.recipe;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What is learnt: where the images are and how they are read.
 *
 * @param source the kind of data set
 * @param path the folder of the data set, or a table of its images; empty for the built-in one
 * @param train where in the folder the training images are: a pattern of tar files such as {@code
 *     train-{000..146}.tar}, a table, or a folder of class folders; empty for the usual places
 * @param validation the same for the images that measure the result
 * @param classMap a file that lists the classes in the order of their labels; empty for {@code
 *     classes.txt} in the folder, or else the order of the names
 * @param classes the number of classes the recipe was made for, checked against the data; 0 takes
 *     what the data has
 * @param subset how much of the training images is used, of every class: a share in (0, 1], or a
 *     whole number of images from 2 on
 * @param holdOut share of every class that is measured on and not trained on, in place of the
 *     validation images; 0 holds nothing out
 * @param splitSeed seed of {@code subset} and {@code holdOut}, apart from the run's, so that runs
 *     of different seeds train on the same images
 * @param sampling the order of an epoch's images
 * @param rank which of the processes that share the training images this is, from 0
 * @param world how many such processes there are
 * @param builtin the size of the built-in data set
 * @param onCorrupt what an image that cannot be decoded does to the run
 * @param exifOrientation whether photographs are turned as their camera noted; Pillow, torchvision
 *     and timm do not
 * @param cacheMegabytes memory for decoded images, in MiB, so that later epochs need not decode; 0
 *     keeps none
 * @param normalization the mean and the deviation of the channels
 */
public record DataRecipe(
    Source source,
    Optional<Path> path,
    Optional<String> train,
    Optional<String> validation,
    Optional<Path> classMap,
    int classes,
    double subset,
    double holdOut,
    long splitSeed,
    Sampling sampling,
    int rank,
    int world,
    BuiltIn builtin,
    OnCorrupt onCorrupt,
    boolean exifOrientation,
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
   * The order of an epoch's images.
   *
   * @param kind the way of choosing
   * @param shardsAtATime for {@code shards}: tar files that are read in turn, at least 1
   * @param buffer for {@code shards}: images out of which a random one is taken, at least 1
   */
  public record Sampling(Kind kind, int shardsAtATime, int buffer) {

    /** The ways of choosing. */
    public enum Kind {
      /** Every image once, every order equally likely. */
      SHUFFLE,
      /** Every image once, tar files nearly from front to back: for slow discs and networks. */
      SHARDS,
      /** Every class equally often: images of rare classes are repeated. */
      CLASS_BALANCED
    }

    /** Checks the ranges. */
    public Sampling {
      new Check().atLeast(1, "shardsAtATime", shardsAtATime).atLeast(1, "buffer", buffer).done();
    }
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

  /** Checks the ranges, and that source and path agree. */
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
        .that(
            subset > 0 && (subset <= 1 || subset == Math.rint(subset) && subset < 1e9),
            "subset",
            subset,
            "must be a share above 0 and at most 1, or a whole number of images per class")
        .that(holdOut >= 0 && holdOut < 1, "holdOut", holdOut, "must be at least 0 and below 1")
        .that(
            holdOut == 0 || validation.isEmpty(),
            "validation",
            validation.orElse(""),
            "is not used, as holdOut=" + holdOut + " takes its place; remove one of them")
        .atLeast(1, "world", world)
        .that(
            rank >= 0 && rank < Math.max(1, world),
            "rank",
            rank,
            "must be at least 0 and below world=" + world)
        .atLeast(0, "cacheMegabytes", cacheMegabytes)
        .done();
  }

  /** The same with the images at {@code folder}, of the kind found there. */
  DataRecipe at(Path folder) {
    Source kind = source == Source.BUILTIN ? Source.AUTO : source;
    return new DataRecipe(
        kind,
        Optional.of(folder),
        train,
        validation,
        classMap,
        classes,
        subset,
        holdOut,
        splitSeed,
        sampling,
        rank,
        world,
        builtin,
        onCorrupt,
        exifOrientation,
        cacheMegabytes,
        normalization);
  }
}
