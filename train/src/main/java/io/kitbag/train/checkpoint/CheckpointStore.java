package io.kitbag.train.checkpoint;

import io.kitbag.train.StorageException;
import io.kitbag.train.internal.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * The checkpoints of one run, newest first, in one directory.
 *
 * <p>A file has its final name only when all of it is on the disk, so a run that is killed at any
 * moment leaves the previous checkpoints whole. Used by one thread of one process.
 */
public final class CheckpointStore {
  private static final Pattern NAME = Pattern.compile("step-(\\d{10,18})\\.safetensors");

  private final Path directory;
  private final int keep;
  private final Consumer<String> warnings;

  CheckpointStore(Path directory, int keep, Consumer<String> warnings) {
    if (keep < 1) {
      throw new IllegalArgumentException("keep is " + keep + "; at least one must be kept");
    }
    this.directory = directory;
    this.keep = keep;
    this.warnings = warnings;
  }

  /**
   * The store in {@code directory}, which is created if need be and rid of what a killed run left
   * half-written.
   *
   * @param keep how many checkpoints remain after a save, at least 1
   * @throws StorageException if the directory cannot be written
   */
  public static CheckpointStore open(Path directory, int keep) {
    return open(directory, keep, LoggerFactory.getLogger(CheckpointStore.class)::warn);
  }

  static CheckpointStore open(Path directory, int keep, Consumer<String> warnings) {
    CheckpointStore store = new CheckpointStore(directory, keep, warnings);
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new StorageException(directory, e);
    }
    AtomicFile.deleteLeftovers(directory);
    return store;
  }

  /** A checkpoint and the file it came from. */
  public record Loaded(Path file, Checkpoint checkpoint) {}

  /**
   * Writes a checkpoint, then deletes those that are too many: older than it and beyond {@code
   * keep}. Files of later steps, from before a resume, are not touched.
   *
   * @return the file
   * @throws StorageException if it cannot be written; all earlier checkpoints are then still there
   */
  public Path save(Checkpoint checkpoint) {
    long step = checkpoint.metadata().globalStep();
    Path file = directory.resolve(String.format(Locale.ROOT, "step-%010d.safetensors", step));
    CheckpointFile.write(file, checkpoint);
    List<Path> spare =
        files().stream().filter(other -> step(other) < step).skip(keep - 1L).toList();
    for (Path old : spare) {
      try {
        Files.delete(old);
      } catch (IOException e) {
        warnings.accept(old + ": the old checkpoint cannot be deleted: " + e.getMessage());
      }
    }
    return file;
  }

  /**
   * The newest checkpoint that is whole; damaged newer ones are named in a warning and left where
   * they are.
   *
   * @return empty if the directory has no checkpoint at all
   * @throws CheckpointException if it has some, but none is whole
   */
  public Optional<Loaded> loadLatestValid() {
    List<Path> files = files();
    for (Path file : files) {
      try {
        return Optional.of(new Loaded(file, load(file)));
      } catch (CheckpointException e) {
        warnings.accept("skipped a checkpoint: " + e.getMessage());
      }
    }
    if (files.isEmpty()) {
      return Optional.empty();
    }
    throw new CheckpointException(
        directory,
        "none of the %d checkpoints is whole; start again in another run directory"
            .formatted(files.size()));
  }

  /**
   * The newest whole checkpoint in a directory that is only read.
   *
   * @return empty if the directory has no checkpoint at all
   * @throws CheckpointException if it has some, but none is whole
   */
  public static Optional<Loaded> newestValid(Path directory) {
    return new CheckpointStore(directory, 1, LoggerFactory.getLogger(CheckpointStore.class)::warn)
        .loadLatestValid();
  }

  /**
   * The newest whole checkpoint of a run directory, or the checkpoint file itself.
   *
   * @throws CheckpointException if there is none
   */
  public static Loaded find(Path checkpointOrRun) {
    if (!Files.isDirectory(checkpointOrRun)) {
      return new Loaded(checkpointOrRun, load(checkpointOrRun));
    }
    Path nested = checkpointOrRun.resolve("checkpoints");
    return newestValid(Files.isDirectory(nested) ? nested : checkpointOrRun)
        .orElseThrow(() -> new CheckpointException(checkpointOrRun, "holds no checkpoint"));
  }

  /**
   * The checkpoint in {@code file}.
   *
   * @throws CheckpointException if it is absent, cut off, damaged or something else
   */
  public static Checkpoint load(Path file) {
    return CheckpointFile.read(file);
  }

  /** The files of the checkpoints, of the last step first. */
  public List<Path> files() {
    try (Stream<Path> all = Files.list(directory)) {
      return all.filter(file -> NAME.matcher(name(file)).matches())
          .sorted(Comparator.comparingLong(CheckpointStore::step).reversed())
          .toList();
    } catch (IOException e) {
      throw new CheckpointException(directory + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  private static long step(Path file) {
    var matcher = NAME.matcher(name(file));
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
