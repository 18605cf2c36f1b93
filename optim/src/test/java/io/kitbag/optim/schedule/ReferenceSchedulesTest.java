package io.kitbag.optim.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.optim.Noise;
import io.kitbag.optim.Reference;
import io.kitbag.optim.average.SwaRate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** All 200 rates of {@code schedules.py}, by PyTorch, timm or a paper's formula. */
class ReferenceSchedulesTest {

  private static final String FILE = "schedule/schedules.txt";

  static Stream<Arguments> schedules() {
    Peak peak = Schedule.peak(0.4);
    return Stream.of(
        Arguments.of("constant", peak.constant()),
        Arguments.of("step", peak.stepDecay(0.1, 30, 60, 150)),
        Arguments.of("cosine", peak.cosine(200, 0.001)),
        Arguments.of("cycles", peak.cosineCycles(200, 4, 1, 0.001)),
        Arguments.of("cyclesDecayed", peak.cosineCycles(160, 4, 0.5, 0.001)),
        Arguments.of("polynomial", peak.polynomial(180, 2, 0)),
        Arguments.of("polynomialTo", peak.polynomial(200, 0.5, 0.01)),
        Arguments.of("oneCycle", peak.oneCycle(201, 0.3, 25, 1e4, true)),
        Arguments.of("oneCycleLinear", peak.oneCycle(201, 0.43, 10, 100, false)),
        Arguments.of("linearWarmUp", peak.warmUp(20, new WarmUp(true, 0.01)).cosine(200)),
        Arguments.of("paperWarmUp", peak.warmUp(20).cosine(200)),
        Arguments.of("range", new ExponentialRange(0.4, 400, 200)),
        Arguments.of("swaCyclic", new SwaRate(peak.constant(), 100, 0.2, 0.02, 25)),
        Arguments.of(
            "constantWarmUp", peak.warmUp(20, new WarmUp(false, 0.1)).stepDecay(0.5, 70, 120, 170)),
        Arguments.of("triangular", peak.triangular(200, 0.2, 0.23, 0.07)),
        Arguments.of(
            "stableDecayLinear", peak.stableDecay(200, 40, 0.004, StableDecay.Shape.LINEAR)),
        Arguments.of(
            "stableDecayCosine", peak.stableDecay(200, 40, 0.004, StableDecay.Shape.COSINE)),
        Arguments.of(
            "stableDecayRoot", peak.stableDecay(200, 40, 0.004, StableDecay.Shape.SQUARE_ROOT)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("schedules")
  void equalsTheReferenceAtEachOf200Steps(String name, Schedule schedule) {
    float[] expected = Reference.floats(FILE, name);
    assertThat(expected).hasSize(200);
    for (int step = 0; step < expected.length; step++) {
      assertThat(schedule.at(step))
          .as("%s at step %d", schedule, step)
          .isCloseTo(expected[step], within(1e-6 * expected[step]));
    }
  }

  @ParameterizedTest
  @CsvSource({"plateauLoss, false, 0.5, 5, 1e-4, 0, 0", "plateauTop1, true, 0.3, 3, 0.01, 4, 1e-3"})
  void lowersTheRateWhenPyTorchDoes(
      String name,
      boolean higherIsBetter,
      double factor,
      int patience,
      double threshold,
      int cooldown,
      double lowest) {
    Plateau plateau = new Plateau(higherIsBetter, factor, patience, threshold, cooldown);
    float[] expected = Reference.floats(FILE, name);
    Plateau.State seen = plateau.start();
    for (int step = 0; step < expected.length; step++) {
      assertThat(plateau.lowered(0.4, lowest, seen))
          .as("step %d, %s", step, seen)
          .isCloseTo(expected[step], within(1e-6 * expected[step]));
      double better = Math.exp(-step / 30.0) + 0.05 * Noise.of(step, 1)[0];
      seen = plateau.after(seen, higherIsBetter ? 1 - better : better);
    }
    assertThat(seen.reductions()).as("reductions").isGreaterThan(3);
  }

  @Test
  void aMeasurementThatIsNotANumberIsNoImprovement() {
    Plateau plateau = new Plateau(false, 0.1, 1, 0, 0);
    Plateau.State seen = plateau.after(plateau.after(plateau.start(), Double.NaN), Double.NaN);
    assertThat(seen.reductions()).isEqualTo(1);
  }

  @Test
  void scalesWithTheRootOfTheBatch() {
    assertThat(Schedule.squareRootScaled(0.001, 1024).rate()).isCloseTo(0.002, within(1e-15));
    assertThat(Schedule.squareRootScaled(0.001, 64).rate()).isCloseTo(0.0005, within(1e-15));
  }

  @Test
  void keepsTheLastRatePastTheEnd() {
    Peak peak = Schedule.peak(0.4);
    assertThat(peak.cosineCycles(100, 2, 0.5, 0.01).at(1000)).isEqualTo(0.01);
    assertThat(peak.polynomial(100, 2, 0.01).at(1000)).isEqualTo(0.01);
    assertThat(peak.oneCycle(100, 0.3, 10, 10, true).at(1000)).isCloseTo(0.004, within(1e-15));
    assertThat(peak.stableDecay(100, 10, 0.01, StableDecay.Shape.LINEAR).at(1000))
        .isCloseTo(0.01, within(1e-15));
  }

  @Test
  void rejectsContradictoryValues() {
    Peak peak = Schedule.peak(0.4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> peak.cosineCycles(100, 3, 0.1, 0.01))
        .withMessageContaining("exceeds the peak of its last cycle");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> peak.polynomial(100, 0, 0))
        .withMessageContaining("power=0.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> peak.oneCycle(100, 1, 25, 1e4, true))
        .withMessageContaining("peakAt=1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> peak.oneCycle(100, 0.3, 0.5, 1e4, true))
        .withMessageContaining("divisor=0.5");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StableDecay(0.1, 10, 11, 0, StableDecay.Shape.LINEAR))
        .withMessageContaining("decaySteps=11");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Plateau(false, 1, 0, 0, 0))
        .withMessageContaining("factor=1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new WarmUp(true, 2))
        .withMessageContaining("factor=2.0");
  }
}
