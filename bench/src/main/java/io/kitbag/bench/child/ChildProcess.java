package io.kitbag.bench.child;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How to start a program that answers one question: a line of JSON on its standard input, a line of
 * JSON as the last one of its standard output. Its input stays open until it has answered; a child
 * that watches it ends with this process.
 *
 * <p>Each question starts the program anew, so that its peak memory belongs to this question, and
 * nothing runs on code or memory that another has warmed up.
 *
 * @param name what messages call it, such as "the child JVM"
 * @param command the program and its arguments
 * @param variables set in its environment besides those of this process; of the allocator's none is
 *     inherited, since the measured program chooses
 * @param timeout after which it is killed
 */
public record ChildProcess(
    String name, List<String> command, Map<String, String> variables, Duration timeout) {

  /** What {@code ./kitbag} sets: glibc keeps memory that is freed, and has it in huge pages. */
  public static final Map<String, String> TUNED_MALLOC =
      Map.of(
          "MALLOC_MMAP_THRESHOLD_", Integer.toString(1 << 30),
          "MALLOC_TRIM_THRESHOLD_", Long.toString(16L << 30),
          "MALLOC_TOP_PAD_", Integer.toString(64 << 20),
          "MALLOC_ARENA_MAX", "1",
          "GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");

  private static final List<String> ALLOCATOR_VARIABLES =
      List.of(
          "KITBAG_MALLOC",
          "MALLOC_MMAP_THRESHOLD_",
          "MALLOC_TRIM_THRESHOLD_",
          "MALLOC_TOP_PAD_",
          "MALLOC_ARENA_MAX",
          "GLIBC_TUNABLES");

  /** Python writes numbers that are none as NaN and Infinity. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  public ChildProcess {
    command = List.copyOf(command);
    variables = Map.copyOf(variables);
  }

  /** A program without variables of its own. */
  public ChildProcess(String name, List<String> command, Duration timeout) {
    this(name, command, Map.of(), timeout);
  }

  /** The same program with more variables, which override those it has. */
  public ChildProcess with(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(variables);
    all.putAll(more);
    return new ChildProcess(name, command, all, timeout);
  }

  /**
   * Starts the program, asks, waits for the answer and for its end.
   *
   * @param question written by Jackson
   * @param answer read by Jackson
   * @throws ChildException if it cannot be started, dies, takes too long or answers something else
   */
  public <A> A ask(Object question, Class<A> answer) throws ChildException, InterruptedException {
    try {
      Path out = temporary(".out");
      Path err = temporary(".err");
      try {
        return read(answer, run(question, out, err), out, err);
      } finally {
        Files.deleteIfExists(out);
        Files.deleteIfExists(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep what %s prints: %s".formatted(name, e), e);
    }
  }

  private static Path temporary(String suffix) throws IOException {
    Path file = Files.createTempFile("kitbag-bench", suffix);
    // Should a signal end this process while it waits.
    file.toFile().deleteOnExit();
    return file;
  }

  /** The exit code. */
  private int run(Object question, Path out, Path err)
      throws IOException, ChildException, InterruptedException {
    byte[] line = (JSON.writeValueAsString(question) + "\n").getBytes(StandardCharsets.UTF_8);
    Process process = start(out, err);
    try (OutputStream questions = process.getOutputStream()) {
      send(line, questions);
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new ChildException("killed after %d s".formatted(timeout.toSeconds()));
      }
      return process.exitValue();
    } finally {
      // A compiler, for instance, that it was waiting for.
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly().waitFor();
    }
  }

  private Process start(Path out, Path err) throws ChildException {
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    Map<String, String> environment = builder.environment();
    ALLOCATOR_VARIABLES.forEach(environment::remove);
    environment.putAll(variables);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new ChildException("%s cannot be started: %s".formatted(name, e.getMessage()), e);
    }
  }

  private static void send(byte[] line, OutputStream questions) throws IOException {
    try {
      questions.write(line);
      questions.flush();
    } catch (IOException e) {
      // It has died already; its exit code and last words say why.
    }
  }

  private <A> A read(Class<A> answer, int exitCode, Path out, Path err)
      throws IOException, ChildException {
    String line = lastLine(out);
    if (exitCode != 0 || line.isEmpty()) {
      throw new ChildException(
          "%s ended with exit code %d: %s".formatted(name, exitCode, lastLine(err)));
    }
    try {
      return JSON.readValue(line, answer);
    } catch (JsonProcessingException e) {
      throw new ChildException("%s answered '%s'".formatted(name, line), e);
    }
  }

  private static String lastLine(Path file) throws IOException {
    String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
    return text.substring(text.lastIndexOf('\n') + 1);
  }
}
