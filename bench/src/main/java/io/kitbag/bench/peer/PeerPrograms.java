package io.kitbag.bench.peer;

import io.kitbag.bench.child.ChildProcess;
import io.kitbag.bench.child.TemporaryFolder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The Python programs of {@code bench/peers}, unpacked into a folder of their own, which is deleted
 * on {@link #close}.
 */
public final class PeerPrograms implements AutoCloseable {

  /** All files; a program imports others. */
  static final List<String> FILES =
      List.of(
          "cifar10.py",
          "load_dali.py",
          "load_ffcv.py",
          "load_files.py",
          "load_webdataset.py",
          "networks.py",
          "numerics.py",
          "optim.py",
          "pipeline.py",
          "protocol.py",
          "startup.py",
          "step.py",
          "tensors.py",
          "versions.py");

  private final TemporaryFolder folder;

  private PeerPrograms(TemporaryFolder folder) {
    this.folder = folder;
  }

  /** Unpacks the programs. */
  public static PeerPrograms unpack() {
    try {
      TemporaryFolder folder = TemporaryFolder.create("kitbag-peers");
      PeerPrograms programs = new PeerPrograms(folder);
      // Should a signal end this process; files that are registered later are deleted first.
      folder.path().toFile().deleteOnExit();
      for (String file : FILES) {
        try (InputStream text = PeerPrograms.class.getResourceAsStream("programs/" + file)) {
          Files.copy(text, programs.file(file));
        }
      }
      return programs;
    } catch (IOException e) {
      throw new UncheckedIOException("the peers' programs cannot be unpacked: " + e, e);
    }
  }

  /** A file in the folder, which need not exist; it is deleted with the folder. */
  public Path file(String name) {
    Path file = folder.path().resolve(name);
    file.toFile().deleteOnExit();
    return file;
  }

  /**
   * How to run a program.
   *
   * @param program one of the files, such as {@code step.py}
   * @param timeout after which it is killed
   */
  public ChildProcess process(Python python, String program, Duration timeout) {
    return process(python.executable(), program, timeout);
  }

  ChildProcess process(Path executable, String program, Duration timeout) {
    return new ChildProcess(
        executable.toString(),
        List.of(executable.toString(), "-B", folder.path().resolve(program).toString()),
        timeout);
  }

  @Override
  public void close() {
    try {
      folder.close();
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be deleted".formatted(folder.path()), e);
    }
  }
}
