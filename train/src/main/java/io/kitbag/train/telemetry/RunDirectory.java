package io.kitbag.train.telemetry;

import io.kitbag.train.StorageException;
import io.kitbag.train.internal.AtomicFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;

/**
 * The directory of one run, held by one process at a time.
 *
 * <pre>
 * recipe.yaml       the resolved recipe
 * provenance.json   versions, seed, git commit, device
 * metrics.jsonl     one JSON object per measurement
 * checkpoints/      the saved states
 * report.html       all of that for a person, see {@link RunPage}
 * </pre>
 */
public final class RunDirectory implements AutoCloseable {

  /** The resolved recipe, YAML. */
  public static final String RECIPE = "recipe.yaml";

  /** The {@link Provenance}, JSON. */
  public static final String PROVENANCE = "provenance.json";

  /** The {@link MetricsLog}. */
  public static final String METRICS = "metrics.jsonl";

  /** What a {@link RunPage} makes of them. */
  public static final String REPORT = "report.html";

  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

  private final Path path;
  private final FileChannel lock;

  private RunDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /** Where a run goes if nobody says: {@code runs/<recipe>-<date>-<time>}. */
  public static Path defaultPath(String recipe, LocalDateTime start) {
    return Path.of("runs", recipe + "-" + STAMP.format(start));
  }

  /**
   * Creates the directory if need be and takes hold of it until {@link #close}. The hold ends with
   * the process, however that ends.
   *
   * @throws StorageException if it cannot be written or another process holds it
   */
  public static RunDirectory open(Path path) {
    Path file = path.resolve(".lock");
    try {
      Files.createDirectories(path);
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw new IOException("another run is using this directory");
      }
      AtomicFile.deleteLeftovers(path);
      return new RunDirectory(path, channel);
    } catch (IOException e) {
      throw new StorageException(path, e);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** The directory itself. */
  public Path path() {
    return path;
  }

  /** The resolved recipe, YAML. */
  public Path recipe() {
    return path.resolve(RECIPE);
  }

  /** The {@link Provenance}, JSON. */
  public Path provenance() {
    return path.resolve(PROVENANCE);
  }

  /** The {@link MetricsLog}. */
  public Path metrics() {
    return path.resolve(METRICS);
  }

  /** The directory of the checkpoints. */
  public Path checkpoints() {
    return path.resolve("checkpoints");
  }

  /** Whether a run has been started here before. */
  public boolean hasRun() {
    return Files.exists(recipe());
  }

  /**
   * Creates or replaces a text file of the run, atomically.
   *
   * @throws StorageException if it cannot be written
   */
  public void write(Path file, String text) {
    AtomicFile.write(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Lets another process use the directory. */
  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new StorageException(path, e);
    }
  }
}
