package io.kitbag.augment.data;

import io.kitbag.augment.image.PixelImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Grey images in the IDX files of MNIST, Fashion-MNIST, KMNIST and EMNIST.
 *
 * <p>A pair of files holds a split: {@code …train-images-idx3-ubyte} with {@code
 * …train-labels-idx1-ubyte}, and {@code t10k} or {@code test} in place of {@code train}; each as it
 * is or with {@code .gz}, in the folder itself or where torchvision puts it ({@code MNIST/raw},
 * {@code FashionMNIST/raw}, {@code KMNIST/raw}, {@code EMNIST/raw}). Classes are the numbers up to
 * the largest label of both splits, or the lines of {@code classes.txt}. Grey is repeated in the
 * three channels.
 *
 * <p>The files are kept in memory. Thread-safe.
 */
public final class IdxImages implements ImageDataset {
  private static final List<String> FOLDERS =
      List.of("", "MNIST/raw", "FashionMNIST/raw", "KMNIST/raw", "EMNIST/raw", "raw");
  private static final Pattern TRAIN = Pattern.compile("(.*-)?train-images[.-]idx3-ubyte(\\.gz)?");
  private static final Pattern TEST =
      Pattern.compile("(.*-)?(t10k|test)-images[.-]idx3-ubyte(\\.gz)?");

  private final Path file;
  private final IdxFile images;
  private final IdxFile labels;
  private final List<String> classes;

  private IdxImages(Path file, IdxFile images, IdxFile labels, List<String> classes) {
    this.file = file;
    this.images = images;
    this.labels = labels;
    this.classes = classes;
  }

  /** Tells whether a folder holds IDX images, by the names of its files. */
  public static boolean isPresent(Path folder) {
    return find(folder, TRAIN).isPresent();
  }

  /**
   * Opens both splits.
   *
   * @throws DatasetException if a file is missing, damaged, or does not fit its neighbour
   */
  public static DataSplit open(Path folder) {
    IdxImages train = open(folder, TRAIN, "train-images-idx3-ubyte");
    IdxImages test = open(folder, TEST, "t10k-images-idx3-ubyte");
    int largest = Math.max(train.largestLabel(), test.largestLabel());
    List<String> classes =
        ClassMap.in(folder)
            .map(ClassMap::names)
            .orElseGet(
                () -> IntStream.rangeClosed(0, largest).mapToObj(Integer::toString).toList());
    if (largest >= classes.size()) {
      throw new DatasetException(
          folder + " has labels up to " + largest + " but lists " + classes.size() + " classes");
    }
    return new DataSplit(train.under(classes), test.under(classes));
  }

  @Override
  public int size() {
    return images.dimension(0);
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int label(int index) {
    return labels.value(index);
  }

  @Override
  public String name(int index) {
    return file + "#" + index;
  }

  @Override
  public void read(int index, PixelImage target) {
    int height = images.dimension(1);
    int width = images.dimension(2);
    target.reshape(width, height);
    byte[] pixels = target.pixels();
    int plane = width * height;
    long at = (long) index * plane;
    for (int i = 0, o = 0; i < plane; i++, o += 3) {
      byte grey = (byte) images.value(at + i);
      pixels[o] = grey;
      pixels[o + 1] = grey;
      pixels[o + 2] = grey;
    }
  }

  private IdxImages under(List<String> names) {
    return new IdxImages(file, images, labels, names);
  }

  private int largestLabel() {
    return Arrays.stream(labels()).max().orElse(0);
  }

  private static IdxImages open(Path folder, Pattern imageFile, String example) {
    Path images =
        find(folder, imageFile)
            .orElseThrow(
                () ->
                    new DatasetException(
                        folder + " has no file " + example + " or " + example + ".gz"));
    String name = images.getFileName().toString();
    String stem =
        name.replace("images", "labels").replace("idx3", "idx1").replaceFirst("\\.gz$", "");
    Path labels = images.resolveSibling(stem);
    if (!Files.exists(labels)) {
      labels = images.resolveSibling(stem + ".gz");
    }
    IdxFile imageData = IdxFile.read(images, 3);
    IdxFile labelData = IdxFile.read(labels, 1);
    if (imageData.dimension(0) != labelData.dimension(0)) {
      throw new DatasetException(
          "%s has %d images but %s has %d labels"
              .formatted(images, imageData.dimension(0), labels, labelData.dimension(0)));
    }
    return new IdxImages(images, imageData, labelData, List.of());
  }

  private static Optional<Path> find(Path folder, Pattern name) {
    return FOLDERS.stream()
        .map(folder::resolve)
        .filter(Files::isDirectory)
        .flatMap(place -> FileNames.in(place).stream().map(place::resolve))
        .filter(file -> name.matcher(file.getFileName().toString()).matches())
        .findFirst();
  }
}
