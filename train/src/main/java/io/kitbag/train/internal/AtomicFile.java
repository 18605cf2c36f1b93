package io.kitbag.train.internal;

import io.kitbag.train.StorageException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Files that exist completely or not at all, whenever the process or the machine stops.
 *
 * <p>The content goes to a hidden neighbour, which is forced to the disk and then renamed. The
 * rename is atomic, and it is forced too: without that a power failure may bring the old file back.
 */
public final class AtomicFile {
  private static final String SUFFIX = ".tmp";

  private AtomicFile() {}

  /** What a file will hold. */
  @FunctionalInterface
  public interface Content {
    /** Writes all of it; the stream is closed by the caller. */
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Creates or replaces {@code file}.
   *
   * @throws StorageException if that is impossible; {@code file} is then as it was
   */
  public static void write(Path file, Content content) {
    Path directory = file.toAbsolutePath().getParent();
    Path temporary = directory.resolve("." + file.getFileName() + SUFFIX);
    try {
      writeDurably(temporary, content);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceDirectory(directory);
    } catch (IOException e) {
      discard(temporary, e);
      throw new StorageException(file, e);
    } catch (RuntimeException e) {
      discard(temporary, e);
      throw e;
    }
  }

  /** Deletes what a process that was killed while writing left in {@code directory}. */
  public static void deleteLeftovers(Path directory) {
    try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, ".*" + SUFFIX)) {
      for (Path leftover : leftovers) {
        Files.delete(leftover);
      }
    } catch (IOException e) {
      throw new StorageException(directory, e);
    }
  }

  private static void writeDurably(Path file, Content content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
      content.writeTo(out);
      out.flush();
      channel.force(true);
    }
  }

  private static void forceDirectory(Path directory) throws IOException {
    if (directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  private static void discard(Path temporary, Exception reason) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      reason.addSuppressed(e);
    }
  }
}
