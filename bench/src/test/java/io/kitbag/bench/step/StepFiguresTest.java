package io.kitbag.bench.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class StepFiguresTest {

  @Test
  void medianIsTheMiddleOrTheMeanOfTheTwoMiddleValues() {
    assertThat(Statistics.median(List.of(9.0, 1.0, 2.0))).isEqualTo(2);
    assertThat(Statistics.median(List.of(9.0, 1.0, 2.0, 4.0))).isEqualTo(3);
    assertThat(Statistics.median(List.of(7.0))).isEqualTo(7);
    assertThatThrownBy(() -> Statistics.median(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everyRoundCountsWithItsMedian() {
    StepFigures figures =
        StepFigures.of(
            List.of(
                Samples.measurement(1024, 2, 100, 104, 900),
                Samples.measurement(3072, 2, 80, 80, 80),
                Samples.measurement(2048, 2, 120, 120, 120)));

    assertThat(figures.roundMs()).containsExactly(104.0, 80.0, 120.0);
    assertThat(figures.medianMs()).isEqualTo(104);
    assertThat(figures.minMs()).isEqualTo(80);
    assertThat(figures.maxMs()).isEqualTo(120);
    assertThat(figures.forwardMs()).isEqualTo(26);
    assertThat(figures.backwardMs()).isEqualTo(52);
    assertThat(figures.optimizerMs()).isEqualTo(26);
    assertThat(figures.peakMemoryMiB()).as("that of the hungriest round").isEqualTo(3);
  }

  @Test
  void throughputFollowsFromTheMedian() {
    StepFigures figures = StepFigures.of(List.of(Samples.measurement(1024, 2, 500)));

    assertThat(figures.imagesPerSecond(16)).isEqualTo(32);
    // 3 passes of 2 operations for each of 10⁹ multiply-adds of 16 images in half a second.
    assertThat(figures.gigaflops(Task.TRAIN, 16, 1_000_000_000)).isCloseTo(192, within(1e-9));
    assertThat(figures.gigaflops(Task.EVAL, 16, 1_000_000_000)).isCloseTo(64, within(1e-9));
  }

  @Test
  void unknownMemoryStaysUnknown() {
    assertThat(StepFigures.of(List.of(Samples.measurement(-1, 2, 500))).peakMemoryMiB())
        .isEqualTo(-1);
    assertThat(PeakMemory.in(List.of("Name:\tjava", "VmHWM:\t  12345 kB", "VmRSS:\t 1 kB")))
        .isEqualTo(12345);
    assertThat(PeakMemory.in(List.of("Name:\tjava"))).isEqualTo(PeakMemory.UNKNOWN);
  }
}
