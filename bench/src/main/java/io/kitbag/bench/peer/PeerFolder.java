package io.kitbag.bench.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of virtual environments, one for each Python that Kitbag is compared with. Those that
 * only load images are in a folder within it.
 *
 * @param path need not exist
 */
public record PeerFolder(Path path) {

  static final String LOADERS = "loaders";

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
    return orPython3(environments(path).stream().filter(Files::exists).toList());
  }

  /**
   * What loads images may run in: the same, and the environments for that alone. Among those is
   * each that could not be made, and that knows why ({@link NotInstalled}).
   */
  public List<Path> loaders() {
    List<Path> pythons = new ArrayList<>(environments(path));
    pythons.addAll(environments(path.resolve(LOADERS)));
    return orPython3(pythons);
  }

  private static List<Path> orPython3(List<Path> pythons) {
    return pythons.isEmpty() ? List.of(Path.of("python3")) : pythons;
  }

  private static List<Path> environments(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.list(folder)) {
      return folders
          .map(each -> each.resolve(PYTHON))
          .filter(python -> Files.exists(python) || Files.exists(NotInstalled.in(python).folder()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("%s cannot be listed".formatted(folder), e);
    }
  }
}
