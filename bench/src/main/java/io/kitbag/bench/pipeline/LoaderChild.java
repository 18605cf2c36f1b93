package io.kitbag.bench.pipeline;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.management.OperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The main class of a Java contender's process: reads a {@link Question} a line, writes an {@link
 * Answer} a line, and ends when its standard input does.
 */
public final class LoaderChild {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private LoaderChild() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Loader loader = null;
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      Answer answer;
      try {
        Question question = JSON.readValue(line, Question.class);
        if (loader == null) {
          loader = Loader.open(question.setting());
        }
        answer = answer(loader, question);
      } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
        e.printStackTrace();
        answer = Answer.failed(e.toString());
      }
      answers.println(JSON.writeValueAsString(answer));
      answers.flush();
    }
    if (loader != null) {
      loader.close();
    }
  }

  private static Answer answer(Loader loader, Question question) throws IOException {
    return switch (question.action()) {
      case OPEN -> Answer.opened(loader.versions());
      case LOAD -> {
        long cpu = cpuNanos();
        long start = System.nanoTime();
        loader.load(question.workers(), question.images());
        double seconds = (System.nanoTime() - start) / 1e9;
        yield Answer.loaded(seconds, (cpuNanos() - cpu) / 1e9);
      }
      case ALLOCATION -> Answer.allocated(loader.allocation(question.images()));
      case SAMPLE -> {
        Files.write(Path.of(question.file()), loader.sample(question.changes()));
        yield Answer.loaded(0, 0);
      }
    };
  }

  private static long cpuNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }
}
