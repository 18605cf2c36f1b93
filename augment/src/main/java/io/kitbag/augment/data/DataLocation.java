package io.kitbag.augment.data;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a data set is, of whatever kind it may be.
 *
 * @param path a folder, or a table as {@link Manifest} reads
 * @param train where in the folder the training images are: a pattern of tar files, a table, or a
 *     folder of class folders; if empty, the usual places are looked through
 * @param validation the same for the images to measure on
 * @param classMap lists the classes; if empty, a file {@code classes.txt} or {@code classnames.txt}
 *     in the folder does, if there is one
 */
public record DataLocation(
    Path path, Optional<String> train, Optional<String> validation, Optional<Path> classMap) {
  private static final List<String> VALIDATION = List.of("val", "valid", "validation", "test");
  private static final List<String> TABLES =
      List.of("manifest.csv", "manifest.jsonl", "manifest.ndjson");

  /** A path where the usual places are looked through. */
  public static DataLocation of(Path path) {
    return new DataLocation(path, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * Opens both splits.
   *
   * @throws DatasetException if they are not there, or cannot be used
   */
  public DataSplit open() {
    requirePath();
    if (train.isEmpty() && validation.isEmpty()) {
      if (CifarBinary.isPresent(path)) {
        return new DataSplit(CifarBinary.train(path), CifarBinary.test(path));
      }
      if (IdxImages.isPresent(path)) {
        return IdxImages.open(path);
      }
      Optional<Path> table = table();
      if (table.isPresent()) {
        return Manifest.split(table.get(), classes());
      }
    }
    return split(trainPlace(), validationPlace());
  }

  /**
   * Opens the training images only, for data that has no others.
   *
   * @throws DatasetException if they are not there, or cannot be used
   */
  public ImageDataset openTrain() {
    requirePath();
    if (train.isEmpty()) {
      if (CifarBinary.isPresent(path)) {
        return CifarBinary.train(path);
      }
      if (IdxImages.isPresent(path)) {
        return IdxImages.open(path).train();
      }
      Optional<Path> table = table();
      if (table.isPresent()) {
        return Manifest.train(table.get(), classes());
      }
    }
    String place = trainPlace();
    if (isTar(place)) {
      return WebDataset.of(FileNames.matching(path, place), classes());
    }
    if (Manifest.isManifestName(place)) {
      return Manifest.train(path.resolve(place), classes());
    }
    Path folder = path.resolve(place);
    return classes()
        .map(map -> ImageFolder.of(folder, map))
        .orElseGet(() -> ImageFolder.of(folder));
  }

  private DataSplit split(String trainAt, String validationAt) {
    if (isTar(trainAt) && isTar(validationAt)) {
      List<Path> trainTars = FileNames.matching(path, trainAt);
      List<Path> validationTars = FileNames.matching(path, validationAt);
      if (train.isEmpty() || validation.isEmpty()) {
        requireDistinct(trainTars, validationTars);
      }
      return WebDataset.split(trainTars, validationTars, classes());
    }
    if (Manifest.isManifestName(trainAt) && Manifest.isManifestName(validationAt)) {
      return Manifest.split(path.resolve(trainAt), path.resolve(validationAt), classes());
    }
    if (isTar(trainAt)
        || isTar(validationAt)
        || Manifest.isManifestName(trainAt)
        || Manifest.isManifestName(validationAt)) {
      throw new DatasetException(
          "the training images are "
              + trainAt
              + " but the validation images are "
              + validationAt
              + "; both must be of one kind");
    }
    Optional<ClassMap> map = classes();
    ImageFolder images =
        map.map(m -> ImageFolder.of(path.resolve(trainAt), m))
            .orElseGet(() -> ImageFolder.of(path.resolve(trainAt)));
    Path other = path.resolve(validationAt);
    return new DataSplit(
        images,
        map.map(m -> ImageFolder.of(other, m))
            .orElseGet(() -> ImageFolder.of(other, images.classes())));
  }

  /** What was found by its name may be found twice: "medieval-train" has "val" in it, too. */
  private static void requireDistinct(List<Path> train, List<Path> validation) {
    for (Path tar : train) {
      if (validation.contains(tar)) {
        throw new DatasetException(
            tar
                + " is named like training and validation images; say which are which with"
                + " data.train and data.validation");
      }
    }
  }

  private void requirePath() {
    boolean isTable =
        Files.isRegularFile(path) && Manifest.isManifestName(path.getFileName().toString());
    if (!isTable && !Files.isDirectory(path)) {
      throw new DatasetException(
          path
              + (Files.exists(path)
                  ? " is neither a folder nor a table (.csv, .jsonl)"
                  : " does not exist"));
    }
  }

  private Optional<Path> table() {
    return Files.isRegularFile(path)
        ? Optional.of(path)
        : TABLES.stream().map(path::resolve).filter(Files::isRegularFile).findFirst();
  }

  private Optional<ClassMap> classes() {
    return classMap.isPresent()
        ? classMap.map(ClassMap::read)
        : ClassMap.in(Files.isDirectory(path) ? path : path.resolveSibling(""));
  }

  private String trainPlace() {
    return train
        .or(() -> place("train"))
        .orElseThrow(
            () ->
                new DatasetException(
                    path
                        + " has no training images in any place known: a folder train with a folder"
                        + " per class, tar files train/*.tar or *train*.tar, manifest.csv, CIFAR"
                        + " binaries or IDX files; data.train can name another place"));
  }

  private String validationPlace() {
    return validation
        .or(() -> VALIDATION.stream().flatMap(name -> place(name).stream()).findFirst())
        .orElseThrow(
            () ->
                new DatasetException(
                    path
                        + " has training images but none to measure on in val or test (folder,"
                        + " val/*.tar or *val*.tar); add some, name another place by"
                        + " data.validation, or hold out a part of the training images"
                        + " (data.holdOut)"));
  }

  /** The usual places of a split: a folder of tar files, one of class folders, named tar files. */
  private Optional<String> place(String split) {
    Path folder = path.resolve(split);
    if (Files.isDirectory(folder)) {
      boolean tars = FileNames.in(folder).stream().anyMatch(name -> name.endsWith(".tar"));
      return Optional.of(tars ? split + "/*.tar" : split);
    }
    boolean named =
        FileNames.in(path).stream().anyMatch(name -> name.endsWith(".tar") && name.contains(split));
    return named ? Optional.of("*" + split + "*.tar") : Optional.empty();
  }

  private static boolean isTar(String place) {
    return place.endsWith(".tar");
  }
}
