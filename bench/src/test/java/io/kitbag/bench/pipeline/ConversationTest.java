package io.kitbag.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(OS.WINDOWS)
class ConversationTest {
  private static final Question QUESTION =
      Question.open(new LoaderSetting(Contender.IMAGEIO, "photos", "shards", "packed", 224, 32, 0));

  private static Conversation shell(String script, Duration timeout) throws Exception {
    return new Conversation(List.of("sh", "-c", script), Map.of("NAME", "value"), timeout);
  }

  private static void fails(String script, Duration timeout, String message) throws Exception {
    try (Conversation conversation = shell(script, timeout)) {
      assertThatExceptionOfType(Conversation.Failure.class)
          .isThrownBy(() -> conversation.ask(QUESTION))
          .withMessage(message);
    }
  }

  @Test
  void answersOneQuestionAfterTheOther() throws Exception {
    String script = "while read -r line; do echo '{\"versions\":\"'$NAME'\",\"bytes\":7}'; done";
    try (Conversation conversation = shell(script, Duration.ofSeconds(30))) {
      for (int i = 0; i < 3; i++) {
        Answer answer = conversation.ask(QUESTION);
        assertThat(answer.versions()).isEqualTo("value");
        assertThat(answer.bytes()).isEqualTo(7);
      }
    }
  }

  @Test
  void saysWhyThereIsNoAnswer() throws Exception {
    Duration patience = Duration.ofSeconds(30);
    fails("read -r line; echo '{\"error\":\"no such file\"}'; cat", patience, "no such file");
    fails("read -r line; echo nonsense; cat", patience, "it answered 'nonsense'");
    fails("read -r line; echo last words >&2; exit 3", patience, "exit code 3: last words");
    fails("exec sleep 60", Duration.ofMillis(100), "killed after 0 s without an answer");
  }

  @Test
  void aProgramThatCannotBeStartedIsAFailure() throws IOException {
    assertThatExceptionOfType(Conversation.Failure.class)
        .isThrownBy(
            () -> new Conversation(List.of("/nowhere/python"), Map.of(), Duration.ofSeconds(1)))
        .withMessageContaining("/nowhere/python");
  }
}
