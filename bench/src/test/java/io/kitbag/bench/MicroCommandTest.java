package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MicroCommandTest {
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return new CommandLine(new BenchCommandProvider().command())
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  @Test
  void refusesSettingsThatMeasureNothing() {
    assertThat(run("micro", "--iterations", "0")).isEqualTo(2);
    assertThat(err.toString()).contains("iterations=0 must be at least 1");
  }

  /** Tests run from the class path, where there is no assembled program. */
  @Test
  void saysHowToStartWhatHasTheBenchmarks() {
    assertThat(run("micro")).isEqualTo(2);
    assertThat(err.toString()).contains("start it with ./kitbag");
  }
}
