package io.kitbag.optim.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class ScheduleTest {

  /** A few roundings of float64. */
  private static final Offset<Double> ROUNDING = within(1e-15);

  @Test
  void scalesTheRateWithTheBatch() {
    assertThat(Schedule.linearScaled(0.1, 256).rate()).isEqualTo(0.1);
    assertThat(Schedule.linearScaled(0.1, 1024).rate()).isCloseTo(0.4, ROUNDING);
    assertThat(Schedule.linearScaled(0.1, 32).constant().at(7)).isCloseTo(0.0125, ROUNDING);
  }

  @Test
  void warmsUpFromTheFirstShareToThePeak() {
    Schedule schedule = Schedule.peak(0.4).warmUp(5).constant();
    for (int i = 1; i <= 5; i++) {
      assertThat(schedule.at(i - 1)).isCloseTo(i * 0.4 / 5, ROUNDING);
    }
    assertThat(schedule.at(5)).isEqualTo(0.4);
    assertThat(schedule.at(1_000_000)).isEqualTo(0.4);
  }

  @Test
  void cosineCountsItsStepsAfterWarmUp() {
    Schedule schedule = Schedule.peak(0.4).warmUp(10).cosine(110);
    assertThat(schedule.at(9)).isEqualTo(0.4);
    for (int t = 0; t < 100; t++) {
      double expected = 0.5 * (1 + Math.cos(t * Math.PI / 100)) * 0.4;
      assertThat(schedule.at(10 + t)).as("t = %d", t).isCloseTo(expected, ROUNDING);
    }
    assertThat(schedule.at(60)).isCloseTo(0.2, ROUNDING);
    assertThat(schedule.at(110)).isZero();
    assertThat(schedule.at(500)).isZero();
  }

  @Test
  void cosineEndsAtTheFinalRate() {
    Schedule schedule = Schedule.peak(0.5).cosine(100, 0.1);
    assertThat(schedule.at(0)).isEqualTo(0.5);
    assertThat(schedule.at(25)).isCloseTo(0.1 + 0.4 * (2 + Math.sqrt(2)) / 4, ROUNDING);
    assertThat(schedule.at(50)).isCloseTo(0.3, ROUNDING);
    assertThat(schedule.at(100)).isEqualTo(0.1);
  }

  @Test
  void stepDecayFallsAtEachMilestoneOfTheRun() {
    Schedule schedule = Schedule.peak(0.1).warmUp(5).stepDecay(0.1, 30, 60, 90);
    assertThat(schedule.at(4)).isEqualTo(0.1);
    assertThat(schedule.at(29)).isEqualTo(0.1);
    assertThat(schedule.at(30)).isCloseTo(0.01, ROUNDING);
    assertThat(schedule.at(59)).isCloseTo(0.01, ROUNDING);
    assertThat(schedule.at(60)).isCloseTo(0.001, ROUNDING);
    assertThat(schedule.at(90)).isCloseTo(0.0001, ROUNDING);
    assertThat(schedule.at(10_000)).isCloseTo(0.0001, ROUNDING);
  }

  /** numpy.interp over steps 0 to 100 with [0, 23, 100] and [0.2, 1, 0.07], as airbench94. */
  @Test
  void triangularRisesAndFallsInStraightLines() {
    Schedule schedule = Schedule.peak(2).triangular(100, 0.2, 0.23, 0.07);
    assertThat(schedule.at(0)).isEqualTo(0.4);
    assertThat(schedule.at(10)).isCloseTo(1.0956521739130434, ROUNDING);
    assertThat(schedule.at(23)).isEqualTo(2);
    assertThat(schedule.at(24)).isCloseTo(1.9758441558441559, ROUNDING);
    assertThat(schedule.at(99)).isCloseTo(0.16415584415584417, ROUNDING);
    assertThat(schedule.at(100)).isCloseTo(0.14, ROUNDING);
    assertThat(schedule.at(1000)).isCloseTo(0.14, ROUNDING);
    assertThat(Schedule.peak(2).triangular(10, 0.2, 0, 0).at(0)).isEqualTo(2);
    assertThat(Schedule.peak(2).triangular(10, 0, 1, 0.5).at(9)).isCloseTo(1.8, ROUNDING);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.peak(2).triangular(10, 0.2, 1.5, 0))
        .withMessageContaining("peakAt=1.5 must be from 0 to 1");
  }

  @Test
  void anyShapeMayFollowTheWarmUp() {
    Schedule schedule = Schedule.peak(1).warmUp(2).then(peak -> step -> peak / (1 + step));
    assertThat(schedule.at(0)).isEqualTo(0.5);
    assertThat(schedule.at(1)).isEqualTo(1);
    assertThat(schedule.at(2)).isEqualTo(1);
    assertThat(schedule.at(5)).isEqualTo(0.25);
  }

  @Test
  void readsLikeItsDescription() {
    assertThat(Schedule.linearScaled(0.1, 1024).warmUp(5).cosine(120))
        .hasToString("linear warm-up over 5 steps, then cosine from 0.4 to 0.0 over 115 steps");
    assertThat(Schedule.peak(0.1).stepDecay(0.1, 30, 60))
        .hasToString("0.1 times 0.1 at steps [30, 60]");
    assertThat(Schedule.constant(0.1)).hasToString("constant 0.1");
  }

  @Test
  void convertsEpochsToSteps() {
    Epochs epochs = Epochs.ofFullBatches(1281167, 256);
    assertThat(epochs.stepsPerEpoch()).isEqualTo(5004);
    assertThat(epochs.steps(5)).isEqualTo(25020);
    assertThat(epochs.steps(0.5)).isEqualTo(2502);
    assertThat(epochs.steps(0)).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Epochs.ofFullBatches(100, 128))
        .withMessageContaining("batch=128 of 100 images gives no full batch");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> epochs.steps(-1))
        .withMessageContaining("epochs=-1.0");
  }

  @Test
  void rejectsContradictoryValues() {
    Peak warm = Schedule.peak(0.1).warmUp(500);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> warm.cosine(400))
        .withMessageContaining("totalSteps=400 is not after the warm-up of 500 steps");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> warm.stepDecay(0.1, 300, 600))
        .withMessageContaining("milestone=300 is not after the warm-up of 500 steps");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> warm.warmUp(10))
        .withMessageContaining("already 500 steps");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.peak(0.1).cosine(100, 0.2))
        .withMessageContaining("finalRate=0.2 exceeds its rate=0.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.peak(0.1).cosine(0))
        .withMessageContaining("totalSteps=0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.peak(0.1).stepDecay(0.1, 60, 30))
        .withMessageContaining("milestones=[60, 30] must be positive and rising");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.peak(0.1).stepDecay(10, 30))
        .withMessageContaining("factor=10.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.peak(Double.NaN))
        .withMessageContaining("rate=NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Schedule.linearScaled(0.1, 0))
        .withMessageContaining("batch=0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> warm.constant().at(-1))
        .withMessageContaining("step=-1");
  }
}
