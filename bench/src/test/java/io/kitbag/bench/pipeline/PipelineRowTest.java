package io.kitbag.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.bench.pipeline.PipelineRow.Checks;
import io.kitbag.bench.pipeline.PipelineRow.Round;
import io.kitbag.bench.pipeline.PipelineRow.Spread;
import io.kitbag.bench.step.Machine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PipelineRowTest {

  private static PipelineRow row(Contender contender, int workers, double... rates) {
    List<Round> rounds =
        Arrays.stream(rates).mapToObj(rate -> new Round(100, 100 / rate, 0.2)).toList();
    Checks checks =
        new Checks(OptionalDouble.of(1.5), OptionalLong.of(900), contender.label() + " 1.0");
    return new PipelineRow(contender, workers, rounds, checks, Optional.empty());
  }

  private static final PipelineRow BASE = row(Contender.IMAGEIO, 1, 100, 200, 400);
  private static final PipelineRow FAST = row(Contender.KITBAG_FAST, 1, 400, 600, 1000);
  private static final PipelineRow TWO = row(Contender.KITBAG_FAST, 2, 720, 1200, 1900);
  private static final PipelineRow BROKEN =
      new PipelineRow(
          Contender.FFCV,
          1,
          List.of(),
          Checks.none(),
          Optional.of("not installed: No module named 'ffcv'"));
  private static final List<PipelineRow> ALL = List.of(BASE, FAST, TWO, BROKEN);

  @Test
  void ratiosAreTakenRoundByRound() {
    assertThat(FAST.timesAmong(ALL, Contender.IMAGEIO)).contains(new Spread(3, 2.5, 4));
    assertThat(TWO.scalingAmong(ALL)).contains(new Spread(1.9, 1.8, 2));
    assertThat(FAST.scalingAmong(ALL)).isEmpty();
    assertThat(TWO.timesAmong(ALL, Contender.IMAGEIO)).isEmpty();
    assertThat(BROKEN.timesAmong(ALL, Contender.IMAGEIO)).isEmpty();
  }

  @Test
  void timesAreThoseOfAnImage() {
    assertThat(FAST.rate()).contains(new Spread(600, 400, 1000));
    assertThat(BASE.milliseconds()).contains(new Spread(5, 2.5, 10));
    assertThat(BASE.cpuMs()).hasValue(2);
    assertThat(BROKEN.rate()).isEmpty();
  }

  @Test
  void aTableHoldsAllRowsAndWhatTheyRunOn() {
    Machine machine =
        new Machine("CPU", 2, 1024, "Linux", 0.1, "OMP_WAIT_POLICY passive", "0.1", "JDK 17");
    PipelineSettings settings =
        new PipelineSettings(224, 32, List.of(2, 1, 2), 3, 2, 8, 0, Duration.ofSeconds(1));
    PipelineTable table =
        new PipelineTable(
            machine, settings, new Photos(Path.of("x"), 200, 35_000), Contender.IMAGEIO);

    assertThat(settings.workers()).containsExactly(1, 2);
    assertThat(table.render(ALL))
        .contains(
            "200 photos of 35.0 kB", "imageio 1.0", "ffcv: not installed: No module named 'ffcv'")
        .containsPattern("kitbag-fast +1 +600 +1.667 .* 3.00 +2.50-4.00 .* 900 +1.50")
        .containsPattern("kitbag-fast +2 +1200 .* 1.90 +1.80-2.00")
        .containsPattern("ffcv +1 +failed");
    assertThat(table.fields(BROKEN, ALL))
        .containsEntry("row", "ffcv")
        .containsEntry("error", "not installed: No module named 'ffcv'")
        .containsEntry("n", 0)
        .doesNotContainKey("imagesPerSecond");
    assertThat(table.fields(TWO, ALL))
        .containsEntry("row", "kitbag-fast")
        .containsEntry("workers", 2)
        .containsEntry("medianScaling", 1.9)
        .containsEntry("heapBytes", 900L)
        .containsEntry("error", null);
  }
}
