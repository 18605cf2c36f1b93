package io.kitbag.bench.peer;

import io.kitbag.bench.child.ChildException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A Python outside of Kitbag.
 *
 * @param executable what is run
 * @param label short and unlike that of any other: the version of its PyTorch, or the path if it
 *     has none
 * @param versions of Python and of the packages it has, by name
 * @param problem why it is of no use
 */
public record Python(
    Path executable, String label, Map<String, String> versions, Optional<String> problem) {

  /** That decides the label; the others are told in reports. */
  private static final String TORCH = "torch";

  private static final List<String> PACKAGES =
      List.of(TORCH, "torchvision", "timm", "numpy", "pillow");
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  public Python {
    versions = Map.copyOf(versions);
  }

  record Question(List<String> packages) {}

  record Answer(@Nullable Map<String, String> versions, @Nullable String error) {}

  /**
   * Looks at Pythons.
   *
   * @param paths executables, or folders of virtual environments
   * @return one for each, also for those that cannot be run
   */
  public static List<Python> probe(List<Path> paths, PeerPrograms programs)
      throws InterruptedException {
    List<Python> pythons = new ArrayList<>();
    Set<String> labels = new HashSet<>();
    for (Path path : paths) {
      Python python = probe(path, programs);
      String label = python.label();
      for (int copy = 2; !labels.add(label); copy++) {
        label = python.label() + "-" + copy;
      }
      pythons.add(new Python(python.executable(), label, python.versions(), python.problem()));
    }
    return List.copyOf(pythons);
  }

  /**
   * The one of that label.
   *
   * @throws ChildException if it is of no use
   */
  public static Python usable(String label, List<Python> pythons) throws ChildException {
    Python python =
        pythons.stream()
            .filter(candidate -> candidate.label().equals(label))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("there is no Python " + label));
    if (python.problem().isPresent()) {
      throw new ChildException(python.problem().get());
    }
    return python;
  }

  private static Python probe(Path path, PeerPrograms programs) throws InterruptedException {
    Path executable = Files.isDirectory(path) ? path.resolve("bin").resolve("python") : path;
    try {
      Answer answer =
          programs
              .process(executable, "versions.py", PATIENCE)
              .ask(new Question(PACKAGES), Answer.class);
      if (answer.versions() == null) {
        return broken(executable, String.valueOf(answer.error()));
      }
      String torch = answer.versions().get(TORCH);
      return torch == null
          ? broken(executable, executable + " has no PyTorch: see kitbag bench peers-install")
          : new Python(
              executable, torch.replaceFirst("\\+.*", ""), answer.versions(), Optional.empty());
    } catch (ChildException e) {
      return broken(executable, e.getMessage());
    }
  }

  private static Python broken(Path executable, String problem) {
    return new Python(executable, executable.toString(), Map.of(), Optional.of(problem));
  }
}
