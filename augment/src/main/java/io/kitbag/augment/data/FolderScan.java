package io.kitbag.augment.data;

import io.kitbag.augment.image.ImageFormat;
import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;

/**
 * The images below a folder, through symbolic links, and what is no image.
 *
 * @param images sorted by path
 * @param passedOver what is not used, each with the reason
 */
record FolderScan(List<Path> images, List<String> passedOver) {

  /**
   * Walks a folder. A link that leads back to a folder above it is not followed.
   *
   * @throws IOException if a folder cannot be listed
   */
  static FolderScan of(Path folder) throws IOException {
    List<Path> images = new ArrayList<>();
    List<String> passedOver = new ArrayList<>();
    FileVisitor<Path> visitor =
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            if (attributes.isSymbolicLink()) {
              passedOver.add(file + ": a link to nothing");
            } else if (!attributes.isRegularFile() || name.startsWith(".")) {
              passedOver.add(file + (attributes.isRegularFile() ? ": hidden" : ": no file"));
            } else if (ImageFormat.isImageName(name)) {
              images.add(file);
            } else {
              passedOver.add(file + ": not named like an image");
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof FileSystemLoopException) {
              passedOver.add(file + ": a link to a folder above it");
            } else if (!(e instanceof NoSuchFileException)) {
              throw e;
            }
            return FileVisitResult.CONTINUE;
          }
        };
    Files.walkFileTree(
        folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, visitor);
    images.sort(null);
    passedOver.sort(null);
    return new FolderScan(images, passedOver);
  }
}
