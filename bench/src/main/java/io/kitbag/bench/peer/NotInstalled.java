package io.kitbag.bench.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What of a virtual environment could not be installed, and why: a line of text in a file for each,
 * so that a bench can say it later.
 *
 * @param folder within the environment; need not exist
 */
public record NotInstalled(Path folder) {

  private static final String NAME = "not-installed";

  static NotInstalled at(Path environment) {
    return new NotInstalled(environment.resolve(NAME));
  }

  /**
   * That of the environment of an executable.
   *
   * @param python such as {@code venv/bin/python}, which need not exist
   */
  public static NotInstalled in(Path python) {
    return at(python.resolveSibling("..").normalize());
  }

  /** Why it could not be installed; empty if it was, or if nobody has tried. */
  public Optional<String> reason(String name) {
    Path file = file(name);
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be read".formatted(file), e);
    }
  }

  /** Keeps a reason, or that there is none any more. */
  void set(String name, Optional<String> reason) throws IOException {
    if (reason.isPresent()) {
      Files.createDirectories(folder);
      Files.writeString(file(name), reason.get() + "\n");
    } else {
      Files.deleteIfExists(file(name));
    }
  }

  private Path file(String name) {
    return folder.resolve(name + ".txt");
  }
}
