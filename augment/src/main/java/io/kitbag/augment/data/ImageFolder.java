package io.kitbag.augment.data;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.ImageDecoder;
import io.kitbag.augment.image.ImageFormat;
import io.kitbag.augment.image.PixelImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/**
 * Images in one folder per class: {@code root/<class>/**}.
 *
 * <p>Classes are sorted by name (by UTF-16 code unit, so the same on every system), images within a
 * class by their path. A folder may hold sub-folders. Files that are not named like images (jpg,
 * jpeg, png, bmp, gif) are ignored and listed in {@link #ignoredFiles()}; so are files directly in
 * the root and names that start with a dot. The folder is read once, when the data set is made.
 *
 * <p>Thread-safe.
 */
public final class ImageFolder implements ImageDataset {
  private final Path root;
  private final List<String> classes;
  private final String[] files;
  private final int[] labels;
  private final List<Path> ignored;
  private final Queue<ImageDecoder> decoders = new ConcurrentLinkedQueue<>();

  private ImageFolder(
      Path root, List<String> classes, String[] files, int[] labels, List<Path> ignored) {
    this.root = root;
    this.classes = classes;
    this.files = files;
    this.labels = labels;
    this.ignored = ignored;
  }

  /**
   * Lists the images below {@code root/<class>/}; the class folders define the classes.
   *
   * @throws DatasetException if the folder is missing or cannot be listed, has no class folder, or
   *     a class has no image
   */
  public static ImageFolder of(Path root) {
    requireFolder(root);
    List<String> classes = classFolders(root);
    if (classes.isEmpty()) {
      throw new DatasetException(
          root + " has no class folders; put the images of each class into " + root + "/<class>/");
    }
    return list(root, classes);
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
    return list(root, List.copyOf(classes));
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

  /** Returns the files that were passed over because they are not named like images. */
  public List<Path> ignoredFiles() {
    return ignored;
  }

  @Override
  public void read(int index, PixelImage target) throws CorruptImageException {
    ImageDecoder decoder = decoders.poll();
    if (decoder == null) {
      decoder = new ImageDecoder();
    }
    try {
      Path path = path(index);
      decoder.decode(path, path.toString(), target);
    } finally {
      decoders.add(decoder);
    }
  }

  private static ImageFolder list(Path root, List<String> classes) {
    List<String> files = new ArrayList<>();
    List<Path> ignored = new ArrayList<>(plainFiles(root));
    int[] ends = new int[classes.size()];
    for (int label = 0; label < classes.size(); label++) {
      Path folder = root.resolve(classes.get(label));
      int before = files.size();
      for (Path file : filesBelow(folder)) {
        String name = file.getFileName().toString();
        if (ImageFormat.isImageName(name) && !name.startsWith(".")) {
          files.add(root.relativize(file).toString());
        } else {
          ignored.add(file);
        }
      }
      if (files.size() == before) {
        throw new DatasetException(
            "class folder "
                + folder
                + " has no image (jpg, jpeg, png, bmp, gif); add some or remove the folder");
      }
      ends[label] = files.size();
    }
    int[] labels = new int[files.size()];
    for (int label = 0, start = 0; label < ends.length; start = ends[label++]) {
      Arrays.fill(labels, start, ends[label], label);
    }
    return new ImageFolder(
        root, classes, files.toArray(String[]::new), labels, List.copyOf(ignored));
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

  private static List<Path> plainFiles(Path root) {
    try (Stream<Path> entries = Files.list(root)) {
      return entries.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(root, e);
    }
  }

  private static List<Path> filesBelow(Path folder) {
    try (Stream<Path> entries = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return entries.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException | UncheckedIOException e) {
      throw unreadable(folder, e);
    }
  }

  private static DatasetException unreadable(Path folder, Exception e) {
    return new DatasetException(folder + " cannot be listed: " + e.getMessage(), e);
  }

  private static List<String> without(List<String> names, List<String> others) {
    return names.stream().filter(name -> !others.contains(name)).toList();
  }
}
