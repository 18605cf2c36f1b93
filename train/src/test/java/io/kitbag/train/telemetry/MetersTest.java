package io.kitbag.train.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.train.telemetry.Meters.Phase;
import io.micrometer.core.instrument.Meter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class MetersTest {
  private final Meters meters = new Meters();

  @Test
  void countsWhatHappens() {
    meters.images(128);
    meters.step(0.1);
    meters.images(64);
    meters.step(0.2);
    meters.skippedStep();
    meters.corruptImages(3);

    assertThat(meters.totals())
        .containsEntry("images", 192.0)
        .containsEntry("steps", 2.0)
        .containsEntry("steps.skipped", 1.0)
        .containsEntry("images.corrupt", 3.0);
    assertThat(meters.registry().get("kitbag.train.images").counter().count()).isEqualTo(192);
    assertThat(meters.registry().get("kitbag.train.learning.rate").gauge().value()).isEqualTo(0.2);
  }

  @Test
  void goesOnCountingAfterARestore() {
    meters.images(128);
    meters.step(0.1);
    Meters resumed = new Meters();

    resumed.restore(meters.totals());
    resumed.images(128);
    resumed.step(0.1);

    assertThat(resumed.totals()).containsEntry("images", 256.0).containsEntry("steps", 2.0);
  }

  @Test
  void showsTheLatestValues() {
    assertThat(meters.registry().get("kitbag.train.loss").gauge().value()).isNaN();

    meters.loss(1.25);
    meters.lossScale(65536);

    assertThat(meters.registry().get("kitbag.train.loss").gauge().value()).isEqualTo(1.25);
    assertThat(meters.registry().get("kitbag.train.loss.scale").gauge().value()).isEqualTo(65536);
  }

  @Test
  void splitsTheTimeOfAStep() {
    meters.time(Phase.DATA, 2_000_000);
    meters.time(Phase.DATA, 3_000_000);
    meters.time(Phase.BACKWARD, 7_000_000);

    assertThat(meters.total(Phase.DATA)).isEqualTo(Duration.ofMillis(5));
    assertThat(meters.total(Phase.BACKWARD)).isEqualTo(Duration.ofMillis(7));
    assertThat(meters.total(Phase.OPTIMIZER)).isZero();
  }

  @Test
  void hasEveryMeterInTheDocumentation() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "metrics.md"));

    assertThat(meters.registry().getMeters())
        .isNotEmpty()
        .allSatisfy(
            (Meter meter) -> assertThat(page).contains("`" + meter.getId().getName() + "`"));
  }
}
