package io.kitbag.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the virtual environments that Kitbag is compared with. */
public final class PeerInstaller {

  /**
   * One environment.
   *
   * @param name of its folder
   * @param minors of Python 3 that its packages exist for, the best first
   * @param packages as pip reads them
   */
  public record Environment(String name, List<Integer> minors, List<String> packages) {

    public Environment {
      minors = List.copyOf(minors);
      packages = List.copyOf(packages);
    }
  }

  /** Kitbag's own PyTorch (its torch.compile needs Python 3.10 or older), and the newest. */
  public static final List<Environment> ENVIRONMENTS =
      List.of(
          new Environment(
              "torch-2.0.1",
              List.of(10, 11, 9, 8),
              List.of(
                  "torch==2.0.1",
                  "torchvision==0.15.2",
                  "timm",
                  "numpy<2",
                  "opencv-python-headless")),
          new Environment(
              "torch-newest",
              List.of(12, 13, 11, 10),
              List.of("torch", "torchvision", "timm", "numpy", "opencv-python-headless")));

  private static final Pattern VERSION = Pattern.compile("Python 3\\.(\\d+).*");
  private static final long PATIENCE_SECONDS = 30;

  private final List<Path> bases;
  private final List<String> pipOptions;
  private final Consumer<String> progress;

  /**
   * An installer.
   *
   * @param bases Pythons to make environments from; if empty, those on the path
   * @param pipOptions added to {@code pip install}, such as {@code --index-url}
   * @param progress is told what is done, a line each
   */
  public PeerInstaller(List<Path> bases, List<String> pipOptions, Consumer<String> progress) {
    this.bases = List.copyOf(bases);
    this.pipOptions = List.copyOf(pipOptions);
    this.progress = progress;
  }

  /**
   * Makes an environment, or brings the packages of one that is there up to date.
   *
   * @param folder made if it does not exist
   * @return why it could not be made; empty if it was
   */
  public Optional<String> install(Environment environment, Path folder)
      throws IOException, InterruptedException {
    Path home = folder.resolve(environment.name());
    Path python = home.resolve("bin").resolve("python");
    if (!Files.exists(python)) {
      Optional<Path> base = base(environment);
      if (base.isEmpty()) {
        return Optional.of(
            "needs Python 3.%s; name one with --python"
                .formatted(
                    String.join(
                        ", 3.", environment.minors().stream().map(String::valueOf).toList())));
      }
      Files.createDirectories(folder);
      if (run(List.of(base.get().toString(), "-m", "venv", home.toString())) != 0) {
        return Optional.of("%s cannot make a virtual environment".formatted(base.get()));
      }
    }
    List<String> pip =
        new ArrayList<>(
            List.of(python.toString(), "-m", "pip", "install", "--disable-pip-version-check"));
    pip.addAll(pipOptions);
    pip.addAll(environment.packages());
    return run(pip) == 0
        ? Optional.empty()
        : Optional.of("pip cannot install " + String.join(" ", environment.packages()));
  }

  private int run(List<String> command) throws IOException, InterruptedException {
    progress.accept(String.join(" ", command));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader output = process.inputReader()) {
      output.lines().forEach(progress);
      return process.waitFor();
    } finally {
      process.destroy();
    }
  }

  private Optional<Path> base(Environment environment) throws InterruptedException {
    for (int minor : environment.minors()) {
      List<Path> candidates =
          bases.isEmpty() ? List.of(Path.of("python3." + minor), Path.of("python3")) : bases;
      for (Path candidate : candidates) {
        if (minor(candidate) == minor) {
          return Optional.of(candidate);
        }
      }
    }
    return Optional.empty();
  }

  /** Of Python 3.x the x; -1 if it cannot be run. */
  private static int minor(Path python) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(python.toString(), "--version").redirectErrorStream(true).start();
      String text = new String(process.getInputStream().readAllBytes()).strip();
      Matcher version = VERSION.matcher(text);
      return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)
              && process.exitValue() == 0
              && version.matches()
          ? Integer.parseInt(version.group(1))
          : -1;
    } catch (IOException e) {
      return -1;
    }
  }
}
