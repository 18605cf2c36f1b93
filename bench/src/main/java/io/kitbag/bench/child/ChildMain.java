package io.kitbag.bench.child;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** What the main classes of child JVMs do: the other side of {@link ChildProcess}. */
public final class ChildMain {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private ChildMain() {}

  /**
   * Reads the question, answers it and ends this JVM. It ends early when its standard input does,
   * so that it never outlives its parent. Whatever else is printed goes to standard error.
   *
   * @param answer may throw
   * @param failure makes an answer of why there is none
   */
  public static <Q> void serve(
      Class<Q> question, Function<Q, ?> answer, Function<String, ?> failure) throws IOException {
    PrintStream replies = System.out;
    System.setOut(System.err);
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Q asked = JSON.readValue(questions.readLine(), question);
    endWith(questions);
    Object reply;
    try {
      reply = answer.apply(asked);
    } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
      e.printStackTrace();
      reply = failure.apply(e.toString());
    }
    replies.println(JSON.writeValueAsString(reply));
    replies.flush();
    // Engine threads and a huge native heap need no orderly end.
    Runtime.getRuntime().halt(0);
  }

  private static void endWith(BufferedReader questions) {
    Thread watch =
        new Thread(
            () -> {
              try {
                questions.readLine();
              } catch (IOException e) {
                // As good as an end.
              }
              Runtime.getRuntime().halt(1);
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
