package io.kitbag.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MicroRunTest {

  @Test
  void jmhGetsTheClassPathAndTheSettings() {
    List<String> command =
        new MicroRun(Path.of("program"))
            .command(new MicroSettings(List.of("Jpeg"), 2, 1, 4, 0.25), Path.of("out.json"));

    String line = String.join(" ", command);
    assertThat(line).contains("program/lib/*", "program/native/*", "program/micro/*");
    assertThat(line)
        .endsWith(
            "org.openjdk.jmh.Main Jpeg -f 2 -wi 1 -i 4 -w 250ms -r 250ms -prof gc -foe true -rf json -rff out.json");
  }

  @Test
  void settingsWithoutAMeasurementAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MicroSettings(List.of(), 1, 0, 0, 1))
        .withMessageContaining("iterations=0");
  }
}
