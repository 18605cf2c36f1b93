package io.kitbag.bench.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures each configuration in a JVM of its own: peak memory is that process's alone, and no
 * configuration runs on code or memory that another has warmed up.
 */
public final class ChildJvm implements StepRunner {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A child chooses its allocator itself, whatever this process was started with. */
  private static final List<String> ALLOCATOR_VARIABLES =
      List.of(
          "KITBAG_MALLOC",
          "MALLOC_MMAP_THRESHOLD_",
          "MALLOC_TRIM_THRESHOLD_",
          "MALLOC_TOP_PAD_",
          "MALLOC_ARENA_MAX");

  private final List<String> command;
  private final Duration timeout;

  /**
   * Children with the classes of this JVM.
   *
   * @param timeout after which a child is killed
   */
  public ChildJvm(Duration timeout) {
    this(JvmLaunch.likeThis().command(StepChild.class), timeout);
  }

  ChildJvm(List<String> command, Duration timeout) {
    this.command = List.copyOf(command);
    this.timeout = timeout;
  }

  @Override
  public ChildReply run(ChildRequest request) throws InterruptedException {
    try {
      Path out = temporary(".out");
      Path err = temporary(".err");
      try {
        return run(request, out, err);
      } finally {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a child JVM cannot be started: " + e.getMessage(), e);
    }
  }

  private static Path temporary(String suffix) throws IOException {
    Path file = Files.createTempFile("kitbag-bench", suffix);
    // Should a signal end this process while it waits.
    file.toFile().deleteOnExit();
    return file;
  }

  private ChildReply run(ChildRequest request, Path out, Path err)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    ALLOCATOR_VARIABLES.forEach(environment::remove);
    Process process = builder.start();
    try (OutputStream requests = process.getOutputStream()) {
      send(request, requests);
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        return ChildReply.failed("killed after %d s".formatted(timeout.toSeconds()));
      }
      return reply(process.exitValue(), out, err);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static void send(ChildRequest request, OutputStream requests) throws IOException {
    byte[] line = (JSON.writeValueAsString(request) + "\n").getBytes(StandardCharsets.UTF_8);
    try {
      requests.write(line);
      requests.flush();
    } catch (IOException e) {
      // It has died already; its exit code and last words say why.
    }
  }

  private static ChildReply reply(int exitCode, Path out, Path err) throws IOException {
    String reply = lastLine(out);
    if (exitCode == 0 && !reply.isEmpty()) {
      try {
        return JSON.readValue(reply, ChildReply.class);
      } catch (JsonProcessingException e) {
        return ChildReply.failed("the child JVM answered '%s'".formatted(reply));
      }
    }
    return ChildReply.failed(
        "the child JVM ended with exit code %d: %s".formatted(exitCode, lastLine(err)));
  }

  private static String lastLine(Path file) throws IOException {
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
    return text.substring(text.lastIndexOf('\n') + 1);
  }
}
