package io.kitbag.train.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
  private long now = Long.MAX_VALUE - 5;

  @Test
  void writesAtMostOneLinePerInterval() {
    try (Progress progress = new LineProgress(out, Duration.ofNanos(10), () -> now)) {
      progress.begin("epoch 1/2", 100);
      for (int done = 1; done <= 100; done++) {
        now += 3;
        progress.advance(done, "loss " + done);
      }
      progress.message("hello");
      progress.end("top-1 50 %");
    }

    assertThat(text().lines())
        .startsWith("epoch 1/2  4/100  loss 4", "epoch 1/2  8/100  loss 8")
        .endsWith("epoch 1/2  100/100  loss 100", "hello", "top-1 50 %")
        .hasSize(27);
  }

  @Test
  void clearsTheBarAndLeavesTheSummary() {
    try (Progress progress = new BarProgress(out)) {
      progress.begin("epoch 1/2", 100);
      progress.advance(50, "loss 1.5");
      progress.end("top-1 50 %");
      progress.message("done");
    }

    assertThat(text()).contains("epoch 1/2", "\r").endsWith("top-1 50 %\ndone\n");
  }

  private String text() {
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }
}
