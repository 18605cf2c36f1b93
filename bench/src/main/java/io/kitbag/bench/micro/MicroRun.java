package io.kitbag.bench.micro;

import io.kitbag.bench.child.JvmLaunch;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Runs JMH in a virtual machine of its own, from the class path: there the benchmarks reach
 * internal packages.
 *
 * @param program the folder of the assembled program, which holds {@code lib}, {@code native},
 *     {@code conf} and {@code micro}
 */
public record MicroRun(Path program) {

  /** Enough for an exception's stack trace. */
  private static final int LAST_LINES = 40;

  /**
   * That of this program.
   *
   * @return empty if it was not started from modules, as {@code ./kitbag} does, or has no
   *     benchmarks
   */
  public static Optional<MicroRun> ofThisProgram() {
    return JvmLaunch.likeThis()
        .modulePath()
        .map(path -> Path.of(path.split(File.pathSeparator)[0]).toAbsolutePath().getParent())
        .filter(program -> program != null && Files.isDirectory(program.resolve("micro")))
        .map(MicroRun::new);
  }

  /** JMH says much more; it is wanted when something fails. */
  private static boolean isNews(String line) {
    return line.matches("# (Benchmark|Parameters|Run progress):.*");
  }

  /** The command that measures and writes JMH's results to a file. */
  List<String> command(MicroSettings settings, Path results) {
    JvmLaunch launch = JvmLaunch.likeThis();
    List<String> command = new ArrayList<>();
    command.add(launch.java().toString());
    command.addAll(List.of("-XX:+UseParallelGC", "-Djava.awt.headless=true"));
    launch.flags().stream().filter(flag -> flag.startsWith("-D")).forEach(command::add);
    int release = Runtime.version().feature();
    if (release >= 22) {
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    if (release >= 23) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.add("-cp");
    command.add(
        String.join(
            File.pathSeparator,
            Stream.of("lib/*", "native/*", "conf", "micro/*")
                .map(each -> program + "/" + each)
                .toList()));
    command.add("org.openjdk.jmh.Main");
    command.addAll(settings.arguments());
    command.addAll(List.of("-rf", "json", "-rff", results.toString()));
    return command;
  }

  /**
   * Measures.
   *
   * @param progress is told which benchmark runs and, after a failure, JMH's last lines
   * @return a row for each benchmark and set of parameters
   * @throws MicroException if a benchmark fails or none has such a name
   */
  public List<MicroRow> run(MicroSettings settings, Consumer<String> progress)
      throws IOException, InterruptedException, MicroException {
    Path results = Files.createTempFile("kitbag-micro", ".json");
    Process process =
        new ProcessBuilder(command(settings, results)).redirectErrorStream(true).start();
    try (BufferedReader lines = process.inputReader()) {
      Deque<String> last = new ArrayDeque<>();
      lines
          .lines()
          .forEach(
              line -> {
                if (isNews(line)) {
                  progress.accept(line);
                }
                last.add(line);
                if (last.size() > LAST_LINES) {
                  last.remove();
                }
              });
      int exitCode = process.waitFor();
      if (exitCode != 0) {
        last.forEach(progress);
        throw new MicroException(
            "JMH failed (exit code " + exitCode + "); its lines above say why");
      }
      return MicroRow.all(Files.readString(results));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      process.destroy();
      Files.deleteIfExists(results);
    }
  }
}
