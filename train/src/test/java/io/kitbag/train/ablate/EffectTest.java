package io.kitbag.train.ablate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.train.ablate.Effect.Verdict;
import org.junit.jupiter.api.Test;

class EffectTest {

  /** {@code scipy.stats.ttest_1samp(d, 0).confidence_interval()}, SciPy 1.17.1. */
  @Test
  void hasTheIntervalOfThePairedTTest() {
    Effect three = Effect.of(0.012, -0.003, 0.02);
    assertThat(three.mean()).isCloseTo(0.009666666666666667, within(1e-12));
    assertThat(three.halfWidth().orElseThrow()).isCloseTo(0.029005255442847638, within(1e-9));
    assertThat(three.verdict()).isEqualTo(Verdict.UNCLEAR);
    Effect five = Effect.of(0.01, 0.014, 0.008, 0.011, 0.012);
    assertThat(five.halfWidth().orElseThrow()).isCloseTo(0.002776445105197794, within(1e-9));
    assertThat(five.verdict()).isEqualTo(Verdict.HELPS);
  }

  @Test
  void theSignSaysWhetherItHelps() {
    assertThat(Effect.of(-0.01, -0.011, -0.009).verdict()).isEqualTo(Verdict.HURTS);
  }

  @Test
  void onePairHasNoInterval() {
    Effect one = Effect.of(0.3);
    assertThat(one.halfWidth()).isEmpty();
    assertThat(one.verdict()).isEqualTo(Verdict.UNCLEAR);
    assertThatThrownBy(Effect::of).isInstanceOf(IllegalArgumentException.class);
  }
}
