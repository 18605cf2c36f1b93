package io.kitbag.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MicroCommandTest {
  private final BenchCli bench = new BenchCli();

  @Test
  void refusesSettingsThatMeasureNothing() {
    assertThat(bench.run("micro", "--iterations", "0")).isEqualTo(2);
    assertThat(bench.err()).contains("iterations=0 must be at least 1");
  }

  /** Tests run from the class path, where there is no assembled program. */
  @Test
  void saysHowToStartWhatHasTheBenchmarks() {
    assertThat(bench.run("micro")).isEqualTo(2);
    assertThat(bench.err()).contains("start it with ./kitbag");
  }
}
