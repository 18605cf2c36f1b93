package io.kitbag.augment.data;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.PixelImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Images in one folder per class: {@code root/<class>/**}.
 *
 * <p>Classes are sorted by name (by UTF-16 code unit, so the same on every system) unless a {@link
 * ClassMap} orders them, images within a class by their path. A folder may hold sub-folders, and
 * links to files and folders. Files that are not named like images (jpg, jpeg, png, bmp, gif, webp)
 * are ignored and listed in {@link #passedOver()}; so are files directly in the root, names that
 * start with a dot, and links that lead nowhere or back. The folder is read once, when the data set
 * is made.
 *
 * <p>Thread-safe.
 */
public final class ImageFolder implements ImageDataset {
  private final Path root;
  private final List<String> classes;
  private final String[] files;
  private final int[] labels;
  private final List<String> passedOver;
  private final DecoderPool decoders = new DecoderPool();

  private ImageFolder(
      Path root, List<String> classes, String[] files, int[] labels, List<String> passedOver) {
    this.root = root;
    this.classes = classes;
    this.files = files;
    this.labels = labels;
    this.passedOver = passedOver;
  }

  /**
   * Lists the images below {@code root/<class>/}; the class folders define the classes.
   *
   * @throws DatasetException if the folder is missing or cannot be listed, has no class folder, or
   *     a class has no image
   */
  public static ImageFolder of(Path root) {
    requireFolder(root);
    List<String> folders = classFolders(root);
    if (folders.isEmpty()) {
      throw new DatasetException(
          root + " has no class folders; put the images of each class into " + root + "/<class>/");
    }
    return list(root, ClassMap.of(folders), List.of());
  }

  /**
   * Lists the images below {@code root/<class>/} under the classes of another data set, so that
   * labels mean the same in both.
   *
   * @param classes the classes by label; each needs a folder with an image, and no other may exist
   * @throws DatasetException if the folder does not hold exactly these classes
   */
  public static ImageFolder of(Path root, List<String> classes) {
    requireFolder(root);
    List<String> found = classFolders(root);
    List<String> missing = without(classes, found);
    List<String> unknown = without(found, classes);
    if (!missing.isEmpty() || !unknown.isEmpty()) {
      throw new DatasetException(
          root
              + " does not hold the classes of the training images:"
              + (missing.isEmpty() ? "" : " missing " + String.join(", ", missing))
              + (missing.isEmpty() || unknown.isEmpty() ? "" : ";")
              + (unknown.isEmpty() ? "" : " not trained " + String.join(", ", unknown)));
    }
    return list(root, ClassMap.of(classes), List.of());
  }

  /**
   * Lists the images of the classes of a map, which names folders. Other folders are passed over: a
   * map may choose some classes of many.
   *
   * @throws DatasetException if a folder of the map is missing or has no image
   */
  public static ImageFolder of(Path root, ClassMap classes) {
    requireFolder(root);
    List<String> found = classFolders(root);
    List<String> missing = without(classes.keys(), found);
    if (!missing.isEmpty()) {
      throw new DatasetException(
          root
              + " has no folder for "
              + missing.size()
              + " of the "
              + classes.keys().size()
              + " classes of the class map: "
              + String.join(", ", missing.subList(0, Math.min(5, missing.size()))));
    }
    List<String> unlisted =
        without(found, classes.keys()).stream()
            .map(name -> root.resolve(name) + ": not in the class map")
            .toList();
    return list(root, classes, unlisted);
  }

  @Override
  public int size() {
    return files.length;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public String name(int index) {
    return path(index).toString();
  }

  /** Returns the file of an image. */
  public Path path(int index) {
    return root.resolve(files[index]);
  }

  @Override
  public List<String> passedOver() {
    return passedOver;
  }

  @Override
  public boolean readEncoded(int index, EncodedImage target) throws CorruptImageException {
    readFile(path(index), target);
    return true;
  }

  @Override
  public void read(int index, PixelImage target) throws CorruptImageException {
    decoders.read(file -> readEncoded(index, file), name(index), target);
  }

  static void readFile(Path path, EncodedImage target) throws CorruptImageException {
    try (InputStream in = Files.newInputStream(path)) {
      target.read(in);
    } catch (NoSuchFileException e) {
      throw new CorruptImageException(path.toString(), "the file is gone", e);
    } catch (IOException e) {
      throw new CorruptImageException(
          path.toString(), "the file cannot be read: " + e.getMessage(), e);
    }
  }

  private static ImageFolder list(Path root, ClassMap classes, List<String> unlisted) {
    List<String> files = new ArrayList<>();
    List<String> passedOver = new ArrayList<>(unlisted);
    passedOver.addAll(plainFiles(root));
    int[] ends = new int[classes.keys().size()];
    for (int label = 0; label < ends.length; label++) {
      Path folder = root.resolve(classes.keys().get(label));
      FolderScan scan = scan(folder);
      if (scan.images().isEmpty()) {
        throw new DatasetException(
            "class folder "
                + folder
                + " has no image (jpg, jpeg, png, bmp, gif, webp); add some or remove the folder");
      }
      scan.images().forEach(file -> files.add(root.relativize(file).toString()));
      passedOver.addAll(scan.passedOver());
      ends[label] = files.size();
    }
    int[] labels = new int[files.size()];
    for (int label = 0, start = 0; label < ends.length; start = ends[label++]) {
      Arrays.fill(labels, start, ends[label], label);
    }
    return new ImageFolder(
        root, classes.names(), files.toArray(String[]::new), labels, List.copyOf(passedOver));
  }

  private static void requireFolder(Path root) {
    if (!Files.isDirectory(root)) {
      throw new DatasetException(
          root
              + (Files.exists(root) ? " is not a folder" : " does not exist")
              + "; give the folder that holds one folder per class");
    }
  }

  private static List<String> classFolders(Path root) {
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .filter(Files::isDirectory)
          .map(path -> path.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(root, e);
    }
  }

  private static List<String> plainFiles(Path root) {
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .filter(Files::isRegularFile)
          .sorted()
          .map(file -> file + ": in no class folder")
          .toList();
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(root, e);
    }
  }

  private static FolderScan scan(Path folder) {
    try {
      return FolderScan.of(folder);
    } catch (IOException e) {
      throw unreadable(folder, e);
    }
  }

  private static DatasetException unreadable(Path folder, Exception e) {
    return new DatasetException(folder + " cannot be listed: " + e.getMessage(), e);
  }

  private static List<String> without(List<String> names, List<String> others) {
    Set<String> set = Set.copyOf(others);
    return names.stream().filter(name -> !set.contains(name)).toList();
  }
}
