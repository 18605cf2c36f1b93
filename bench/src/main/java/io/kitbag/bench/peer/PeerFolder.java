package io.kitbag.bench.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of virtual environments, one for each Python that Kitbag is compared with.
 *
 * @param path need not exist
 */
public record PeerFolder(Path path) {

  private static final Path PYTHON = Path.of("bin", "python");

  /** {@code KITBAG_PEERS}, or {@code kitbag/peers} in the user's folder for caches. */
  public static PeerFolder standard() {
    String chosen = System.getenv("KITBAG_PEERS");
    String caches = System.getenv("XDG_CACHE_HOME");
    Path path =
        chosen != null
            ? Path.of(chosen)
            : (caches != null
                    ? Path.of(caches)
                    : Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("kitbag")
                .resolve("peers");
    return new PeerFolder(path);
  }

  /** The environments in it, by name; {@code python3} from the path if there is none. */
  public List<Path> pythons() {
    if (!Files.isDirectory(path)) {
      return List.of(Path.of("python3"));
    }
    try (Stream<Path> folders = Files.list(path)) {
      List<Path> pythons =
          folders.map(folder -> folder.resolve(PYTHON)).filter(Files::exists).sorted().toList();
      return pythons.isEmpty() ? List.of(Path.of("python3")) : pythons;
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be listed".formatted(path), e);
    }
  }
}
