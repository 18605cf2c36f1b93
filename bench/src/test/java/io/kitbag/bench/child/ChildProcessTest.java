package io.kitbag.bench.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChildProcessTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  /** Answers with the question and two variables of its environment. */
  static final class EchoingChild {
    public static void main(String[] arguments) throws IOException {
      String question =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      System.out.println("what it says before does not count");
      System.out.printf(
          "{\"question\":%s,\"greeting\":\"%s\",\"malloc\":\"%s\",\"loss\":NaN}%n",
          question, System.getenv("GREETING"), System.getenv("MALLOC_TOP_PAD_"));
    }
  }

  /** Dies as a JVM whose native library calls abort does. */
  static final class DyingChild {
    public static void main(String[] arguments) {
      System.err.println("terminate called");
      Runtime.getRuntime().halt(134);
    }
  }

  static final class BabblingChild {
    public static void main(String[] arguments) {
      System.out.println("hello");
    }
  }

  static final class HangingChild {
    public static void main(String[] arguments) throws InterruptedException {
      Thread.sleep(LONG.toMillis());
    }
  }

  private static ChildProcess child(Class<?> main, Duration timeout) {
    return JvmLaunch.likeThis().child(main, timeout);
  }

  @Test
  void asksAndReadsTheLastLine() throws Exception {
    Map<?, ?> answer =
        child(EchoingChild.class, LONG)
            .with(Map.of("GREETING", "hello"))
            .with(Map.of("MALLOC_TOP_PAD_", "5"))
            .ask(Map.of("batch", 16), Map.class);

    assertThat(answer.get("question")).isEqualTo(Map.of("batch", 16));
    assertThat(answer.get("greeting")).isEqualTo("hello");
    assertThat(answer.get("malloc")).isEqualTo("5");
    assertThat(answer.get("loss")).as("as Python writes it").isEqualTo(Double.NaN);
  }

  @Test
  void aChildThatDiesIsAnErrorWithItsLastWords() {
    assertThatThrownBy(() -> child(DyingChild.class, LONG).ask("", Map.class))
        .isInstanceOf(ChildException.class)
        .hasMessage("the child JVM ended with exit code 134: terminate called");
  }

  @Test
  void aChildThatAnswersSomethingElseIsAnError() {
    assertThatThrownBy(() -> child(BabblingChild.class, LONG).ask("", Map.class))
        .isInstanceOf(ChildException.class)
        .hasMessage("the child JVM answered 'hello'");
  }

  @Test
  void aChildThatTakesTooLongIsKilled() {
    assertThatThrownBy(() -> child(HangingChild.class, Duration.ofSeconds(1)).ask("", Map.class))
        .isInstanceOf(ChildException.class)
        .hasMessage("killed after 1 s");
  }

  @Test
  void aProgramThatDoesNotExistIsAnError() {
    ChildProcess absent = new ChildProcess("some Python", List.of("/no/such/python"), LONG);

    assertThatThrownBy(() -> absent.ask("", Map.class))
        .isInstanceOf(ChildException.class)
        .hasMessageContaining("some Python cannot be started")
        .hasMessageContaining("/no/such/python");
  }
}
