package io.kitbag.augment.internal.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TapsTest {
  private static final int TARGETS = 5;

  private final Taps taps = new Taps();

  /** With a negative weight a sum could be so as well, and take from its neighbour in a word. */
  @Test
  void weightsAreNotNegativeAndSumToTheUnitAtAnyScale() {
    for (double scale = 0.1; scale < 2000; scale *= 1.01) {
      prepare(scale);
      for (int i = 0; i < TARGETS; i++) {
        int sum = 0;
        for (int k = 0; k < taps.count; k++) {
          assertThat(weight(i, k)).as("scale %s", scale).isNotNegative();
          sum += weight(i, k);
        }
        assertThat(sum).as("scale %s", scale).isEqualTo(ResizedRows.UNIT);
      }
    }
  }

  /** Where no edge cuts the triangle off, its centre is that of the target pixel. */
  @Test
  void theFilterIsCentredAtAnyScale() {
    for (double scale = 0.1; scale < 2000; scale *= 1.01) {
      prepare(scale);
      for (int i = 1; i < TARGETS - 1; i++) {
        double centre = 0;
        for (int k = 0; k < taps.count; k++) {
          centre += (taps.start[i] + k + 0.5) * weight(i, k) / ResizedRows.UNIT;
        }
        // Half a sample may be missing at each end, and weights are 256ths.
        assertThat(centre)
            .as("scale %s", scale)
            .isCloseTo(17 + (i + 0.5) * scale, within(0.1 + 0.05 * scale));
      }
    }
  }

  private void prepare(double scale) {
    double to = 17 + TARGETS * scale;
    taps.prepare(17, to, 7, (int) Math.ceil(to) + 10, TARGETS, ResizedRows.UNIT, false);
  }

  private int weight(int target, int tap) {
    return taps.weights[target * taps.count + tap];
  }
}
