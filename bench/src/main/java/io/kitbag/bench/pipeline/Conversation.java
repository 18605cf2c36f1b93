package io.kitbag.bench.pipeline;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A contender's process, which answers question after question and sleeps in between, so that the
 * contenders can take turns. Not thread-safe.
 */
final class Conversation implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The contender did not answer, or answered that it cannot; the message fits into a table. */
  static final class Failure extends Exception {
    private static final long serialVersionUID = 1L;

    Failure(String message) {
      super(message);
    }
  }

  private final Duration timeout;
  private final Path errors;
  private final Process process;
  private final BufferedReader answers;

  /**
   * Starts the process.
   *
   * @param variables set in its environment
   * @param timeout after which a question is given up
   */
  Conversation(List<String> command, Map<String, String> variables, Duration timeout)
      throws Failure, IOException {
    this.timeout = timeout;
    this.errors = Files.createTempFile("kitbag-bench", ".err");
    errors.toFile().deleteOnExit();
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
    builder.environment().putAll(variables);
    try {
      this.process = builder.start();
    } catch (IOException e) {
      Files.deleteIfExists(errors);
      throw new Failure(e.getMessage());
    }
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Asks and waits. */
  Answer ask(Question question) throws Failure, InterruptedException {
    try {
      OutputStream questions = process.getOutputStream();
      questions.write((JSON.writeValueAsString(question) + "\n").getBytes(StandardCharsets.UTF_8));
      questions.flush();
    } catch (IOException e) {
      throw ended();
    }
    String line = line();
    if (line == null) {
      throw ended();
    }
    Answer answer;
    try {
      answer = JSON.readValue(line, Answer.class);
    } catch (JsonProcessingException e) {
      throw new Failure("it answered '" + line + "'");
    }
    if (answer.error() != null) {
      throw new Failure(answer.error());
    }
    return answer;
  }

  private String line() throws Failure, InterruptedException {
    CompletableFuture<String> line =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return answers.readLine();
              } catch (IOException e) {
                return null;
              }
            });
    try {
      return line.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new Failure("killed after %d s without an answer".formatted(timeout.toSeconds()));
    } catch (ExecutionException e) {
      throw new IllegalStateException("a line cannot be read: " + e.getCause(), e.getCause());
    }
  }

  private Failure ended() throws InterruptedException {
    process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    String last = "";
    try {
      List<String> lines = Files.readAllLines(errors);
      last = lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    } catch (IOException e) {
      last = "its last words cannot be read: " + e.getMessage();
    }
    return new Failure(
        process.isAlive() ? "no answer" : "exit code %d: %s".formatted(process.exitValue(), last));
  }

  /** Ends the process and what it has started. */
  @Override
  public void close() throws IOException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    Files.deleteIfExists(errors);
  }
}
