package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The assembled program, started as {@code ./kitbag} starts it: from the module path, with the
 * native libraries on the class path.
 */
@EnabledIfSystemProperty(
    named = "kitbag.program",
    matches = ".+",
    disabledReason = "runs in the phase integration-test, when the program is assembled")
class ModulePathTest {
  private static final Path PROGRAM = Path.of(System.getProperty("kitbag.program"));
  private static final long MINUTES = 3;

  private static final List<String> SMALL_RUN =
      List.of(
          "train",
          "--json",
          "--threads=1",
          "--batch-size=16",
          "--precision=fp32",
          "--set=model.name=cifar_resnet8d",
          "--set=data.builtin={train: 64, test: 20}");

  @TempDir Path folder;

  private Path out;
  private Path err;
  private List<String> options = List.of();

  @BeforeEach
  void nameTheOutputs() {
    out = folder.resolve("out");
    err = folder.resolve("err");
  }

  @Test
  void tellsItsVersion() throws Exception {
    run(0, List.of("--version"));
    assertThat(out).content().startsWith("kitbag ");
    assertThat(err).isEmptyFile();
  }

  @Test
  void describesANetwork() throws Exception {
    run(0, List.of("models", "resnet50_v1d"));
    assertThat(out).content().contains("layer4.2.conv3", "25,576,264");
    assertThat(err).isEmptyFile();
  }

  @Test
  void hasTheCommandsOfTheBench() throws Exception {
    run(0, List.of("bench", "step", "--help"));
    assertThat(out).content().startsWith("Usage: kitbag bench step");
  }

  @Test
  void trainsAndEvaluates() throws Exception {
    Path run = folder.resolve("run");
    run(0, with(SMALL_RUN, "--epochs=1", "--run-dir=" + run));
    assertThat(lastLine(out)).contains("\"steps\":4", "\"weightsSha256\":");
    run(0, List.of("eval", "--json", "--checkpoint=" + run));
    assertThat(lastLine(out)).contains("\"images\":20");
  }

  /** Persian has digits of its own, and scripts and names of tensors have numbers in them. */
  @Test
  void worksInAnyLocale() throws Exception {
    options = List.of("-Duser.language=fa");
    run(0, List.of("models", "resnet50_v1d"));
    assertThat(out).content().contains("layer4.2.conv3", "25,576,264");
    Path run = folder.resolve("run");
    run(0, with(SMALL_RUN, "--epochs=1", "--run-dir=" + run));
    assertThat(run.resolve("checkpoints/step-0000000004.safetensors")).exists();
  }

  @Test
  void endsWithTheDocumentedCodeAndOneLine() throws Exception {
    run(3, List.of("train", "--data=" + folder.resolve("none")));
    assertThat(Files.readAllLines(err))
        .singleElement()
        .asString()
        .contains(folder.resolve("none") + " does not exist");
  }

  @Test
  void writesACheckpointWhenItIsTerminated() throws Exception {
    Path run = folder.resolve("run");
    Process process = start(with(SMALL_RUN, "--epochs=100000", "--run-dir=" + run));
    try {
      Path metrics = run.resolve("metrics.jsonl");
      waitFor(process, () -> Files.exists(metrics) && Files.size(metrics) > 0);
      process.destroy();
      assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(lastLine(out)).contains("\"stopped\":true");
    try (Stream<Path> checkpoints = Files.list(run.resolve("checkpoints"))) {
      assertThat(checkpoints).isNotEmpty();
    }
  }

  private interface Condition {
    boolean holds() throws IOException;
  }

  private void waitFor(Process process, Condition condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(MINUTES);
    while (!condition.holds()) {
      assertThat(process.isAlive()).as("the program ended: %s", Files.readString(err)).isTrue();
      assertThat(System.nanoTime()).as("still waiting").isLessThan(deadline);
      // Returns early should the program end.
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
  }

  private void run(int exitCode, List<String> arguments) throws Exception {
    Process process = start(arguments);
    try {
      assertThat(process.waitFor(MINUTES, TimeUnit.MINUTES)).as("it ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(err)).isEqualTo(exitCode);
  }

  private Process start(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() >= 23) {
      command.add("--enable-native-access=ai.djl.pytorch_engine,com.sun.jna");
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.addAll(options);
    command.addAll(List.of("-p", PROGRAM.resolve("lib").toString()));
    command.addAll(
        List.of("-cp", PROGRAM.resolve("conf") + File.pathSeparator + PROGRAM.resolve("native/*")));
    command.addAll(List.of("-m", "io.kitbag.train/io.kitbag.train.cli.Main"));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start();
  }

  private static List<String> with(List<String> first, String... more) {
    return Stream.concat(first.stream(), Stream.of(more)).toList();
  }

  private static String lastLine(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return lines.get(lines.size() - 1);
  }
}
