package io.kitbag.bench.peer;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the virtual environments that Kitbag is compared with. What of them cannot be had
 * everywhere may be missing; {@link NotInstalled} keeps the reason.
 */
public final class PeerInstaller {

  /**
   * One environment.
   *
   * @param name of its folder
   * @param minors of Python 3 that its packages exist for, the best first
   * @param packages as pip reads them; if none, the whole environment may be missing
   * @param extras installed after these, one by one
   */
  public record Environment(
      String name, List<Integer> minors, List<String> packages, List<Extra> extras) {

    public Environment {
      minors = List.copyOf(minors);
      packages = List.copyOf(packages);
      extras = List.copyOf(extras);
    }
  }

  /**
   * What may be missing.
   *
   * @param name of the row of {@code bench pipeline} that needs it
   * @param packages as pip reads them
   */
  public record Extra(String name, List<String> packages) {

    public Extra {
      packages = List.copyOf(packages);
    }
  }

  /**
   * What became of an environment.
   *
   * @param problem why it could not be made; empty if it was, or may be missing
   * @param absent why extras could not be installed, by their names
   */
  public record Outcome(Optional<String> problem, Map<String, String> absent) {

    public Outcome {
      absent = Collections.unmodifiableMap(new LinkedHashMap<>(absent));
    }
  }

  private static final Extra WEBDATASET = new Extra("webdataset", List.of("webdataset"));

  /**
   * Kitbag's own PyTorch (its torch.compile needs Python 3.10 or older), and the newest. DALI needs
   * no PyTorch; FFCV, which its users compile, gets the one it is known to work with.
   */
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
                  "opencv-python-headless"),
              List.of(WEBDATASET)),
          new Environment(
              "torch-newest",
              List.of(12, 13, 11, 10),
              List.of("torch", "torchvision", "timm", "numpy", "opencv-python-headless"),
              List.of(WEBDATASET)),
          new Environment(
              PeerFolder.LOADERS + "/dali",
              List.of(12, 11, 10, 13),
              List.of(),
              List.of(new Extra("dali", List.of("nvidia-dali-cuda120", "numpy")))),
          new Environment(
              PeerFolder.LOADERS + "/ffcv",
              List.of(10, 11),
              List.of(),
              List.of(new Extra("ffcv", List.of("torch==2.0.1", "numpy<2", "pillow", "ffcv")))));

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
   */
  public Outcome install(Environment environment, Path folder)
      throws IOException, InterruptedException {
    Path home = folder.resolve(environment.name());
    Path python = home.resolve("bin").resolve("python");
    Optional<String> problem = Files.exists(python) ? Optional.empty() : make(environment, home);
    if (problem.isEmpty() && !environment.packages().isEmpty()) {
      problem =
          pip(python, environment.packages())
              .map(
                  reason ->
                      "pip cannot install %s: %s"
                          .formatted(String.join(" ", environment.packages()), reason));
    }
    Map<String, String> absent = new LinkedHashMap<>();
    for (Extra extra : environment.extras()) {
      Optional<String> reason = problem.isPresent() ? problem : pip(python, extra.packages());
      NotInstalled.at(home).set(extra.name(), reason);
      reason.ifPresent(text -> absent.put(extra.name(), text));
    }
    return new Outcome(environment.packages().isEmpty() ? Optional.empty() : problem, absent);
  }

  private Optional<String> make(Environment environment, Path home)
      throws IOException, InterruptedException {
    Optional<Path> base = base(environment);
    if (base.isEmpty()) {
      return Optional.of(
          "needs Python 3.%s; name one with --python"
              .formatted(
                  String.join(
                      ", 3.", environment.minors().stream().map(String::valueOf).toList())));
    }
    Files.createDirectories(home.getParent());
    return run(List.of(base.get().toString(), "-m", "venv", home.toString()))
        .map(output -> "%s cannot make a virtual environment".formatted(base.get()));
  }

  /** Returns why it failed. */
  private Optional<String> pip(Path python, List<String> packages)
      throws IOException, InterruptedException {
    List<String> pip =
        new ArrayList<>(
            List.of(python.toString(), "-m", "pip", "install", "--disable-pip-version-check"));
    pip.addAll(pipOptions);
    pip.addAll(packages);
    return run(pip).map(PipReason::of);
  }

  /** Returns what it printed if it failed. */
  private Optional<List<String>> run(List<String> command)
      throws IOException, InterruptedException {
    progress.accept(String.join(" ", command));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader output = process.inputReader()) {
      List<String> lines = output.lines().peek(progress).toList();
      return process.waitFor() == 0 ? Optional.empty() : Optional.of(lines);
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
