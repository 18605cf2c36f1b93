package io.kitbag.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.train.cli.Main;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The process is killed as {@code kill -9} does, at random moments, and resumed until it ends. With
 * a checkpoint after every step about half of the kills fall into the writing of one. System
 * property {@code kitbag.kills} asks for more of them (CONTRIBUTING.md).
 */
class KillTest {

  private static final int KILLS = Integer.getInteger("kitbag.kills", 4);
  private static final int TIMEOUT_SECONDS = 300;

  @TempDir Path directory;

  @Test
  void aKilledRunEndsWithTheBitsOfOneThatWasNot() throws Exception {
    Path whole = directory.resolve("whole");
    Process undisturbed = train(whole);
    assertThat(undisturbed.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(undisturbed.exitValue()).as(log(whole)).isZero();

    Path killed = directory.resolve("killed");
    Random random = new Random(5);
    int kills = 0;
    while (kills < KILLS) {
      Process process = train(killed);
      int before = files(killed).size();
      // The JVM needs a second or so to the first step; from then on any moment will do.
      while (process.isAlive() && files(killed).size() == before && !writing(killed)) {
        process.waitFor(1, TimeUnit.MILLISECONDS);
      }
      process.waitFor(random.nextInt(60), TimeUnit.MILLISECONDS);
      if (!process.isAlive()) {
        break;
      }
      process.destroyForcibly().waitFor();
      kills++;
    }
    assertThat(kills).as("runs that lived long enough to be killed").isPositive();
    Process last = train(killed);
    assertThat(last.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(last.exitValue()).as(log(killed)).isZero();
    assertThat(result(killed)).isEqualTo(result(whole)).contains("weightsSha256");
    assertThat(files(killed)).noneMatch(file -> file.endsWith(".tmp"));
  }

  private Process train(Path run) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("train", "--json", "--quiet", "--resume", "--threads", "1"));
    command.addAll(List.of("--run-dir", run.toString(), "--epochs", "2", "--batch-size", "16"));
    for (String set :
        List.of(
            "data.builtin.train=400",
            "data.builtin.test=16",
            "model.name=cifar_resnet8d",
            "eval.batchSize=16",
            "precision.compute=fp32",
            "checkpoint.everySteps=1",
            "checkpoint.keep=2")) {
      command.addAll(List.of("--set", set));
    }
    return new ProcessBuilder(command)
        .redirectErrorStream(false)
        .redirectOutput(out(run).toFile())
        .redirectError(directory.resolve(run.getFileName() + ".err").toFile())
        .start();
  }

  private Path out(Path run) {
    return directory.resolve(run.getFileName() + ".out");
  }

  private String log(Path run) throws IOException {
    return Files.readString(directory.resolve(run.getFileName() + ".err"));
  }

  /** Digest and accuracy of the final weights. */
  private List<String> result(Path run) throws IOException {
    String json = Files.readString(out(run));
    return Stream.of("weightsSha256", "top1", "steps")
        .flatMap(
            key -> Stream.of(key, json.replaceAll("(?s).*\"" + key + "\":\"?([^,\"}]*).*", "$1")))
        .toList();
  }

  private static List<String> files(Path run) {
    Path checkpoints = run.resolve("checkpoints");
    if (!Files.isDirectory(checkpoints)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(checkpoints)) {
      return files.map(Path::toString).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean writing(Path run) {
    return files(run).stream().anyMatch(file -> !file.endsWith(".safetensors"));
  }
}
