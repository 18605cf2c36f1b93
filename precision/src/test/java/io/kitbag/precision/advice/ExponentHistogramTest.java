package io.kitbag.precision.advice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.precision.format.FloatFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExponentHistogramTest {

  @Test
  void countsByBinade() {
    ExponentHistogram histogram = new ExponentHistogram();
    histogram.add(new float[] {1, 1.99f, -2, 0, -0f, 0x1p-149f, Float.NaN, Float.MIN_NORMAL});
    histogram.add(new float[] {Float.NEGATIVE_INFINITY, 3});
    assertThat(histogram.count(0)).isEqualTo(2);
    assertThat(histogram.count(1)).isEqualTo(2);
    assertThat(histogram.count(-127)).as("subnormal").isEqualTo(1);
    assertThat(histogram.count(-126)).isEqualTo(1);
    assertThat(histogram.zeros()).isEqualTo(2);
    assertThat(histogram.notFinite()).isEqualTo(2);
    assertThat(histogram.nonZero()).isEqualTo(8);
    assertThat(histogram.largest()).isEqualTo(3);
    assertThat(histogram.counts().firstExponent()).isEqualTo(-127);
    assertThat(histogram.counts().counts()).hasSize(129).startsWith(1L, 1L).endsWith(2L, 2L);
  }

  /** The oracle rounds each value; the sample has no value on the two numbers that differ. */
  @Test
  void predictsWhatFormatsDoToValuesAtAScale() {
    Random random = new Random(4);
    float[] values = new float[20_000];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (random.nextGaussian() * Math.scalb(1, random.nextInt(40) - 34));
    }
    ExponentHistogram histogram = new ExponentHistogram();
    histogram.add(values);
    for (FloatFormat format : new FloatFormat[] {FloatFormat.FP16, FloatFormat.E5M2}) {
      for (int scale : new int[] {-5, 0, 7, 15}) {
        double flushed = 0;
        double subnormal = 0;
        double over = 0;
        for (float value : values) {
          double rounded = format.round(Math.scalb((double) value, scale));
          flushed += rounded == 0 ? 1 : 0;
          subnormal += rounded != 0 && format.isSubnormal(rounded) ? 1 : 0;
          over += Double.isInfinite(rounded) ? 1 : 0;
        }
        RangeShares shares = histogram.in(format, scale);
        // Values that round up into the next range; two fraction bits round up an eighth of a
        // binade.
        double tolerance = format == FloatFormat.FP16 ? 2e-4 : 1e-2;
        assertThat(shares.flushed()).isCloseTo(flushed / values.length, within(tolerance));
        assertThat(shares.subnormal()).isCloseTo(subnormal / values.length, within(tolerance));
        assertThat(shares.overflowing()).isCloseTo(over / values.length, within(tolerance));
        assertThat(shares.flushed() + shares.subnormal() + shares.normal() + shares.overflowing())
            .isCloseTo(1, within(1e-12));
      }
    }
  }

  @Test
  void mergesHistograms() {
    ExponentHistogram a = new ExponentHistogram();
    a.add(new float[] {1, 0, 5});
    ExponentHistogram b = new ExponentHistogram();
    b.add(new float[] {1, Float.NaN});
    b.add(a);
    assertThat(b.count(0)).isEqualTo(2);
    assertThat(b.largest()).isEqualTo(5);
    assertThat(b.zeros()).isEqualTo(1);
    assertThat(b.notFinite()).isEqualTo(1);
  }

  @Test
  void recommendsTheSmallestScaleThatLosesNothingToSpeakOf() {
    // All in [2^-30, 2^-29): 2^-24 is the smallest fp16 number, 2^-25 becomes 0.
    LossScaleAdvice advice = LossScaleAdvice.of(Map.of("a", of(0x1.8p-30f)));
    assertThat(advice.exponent()).isEqualTo(5);
    assertThat(advice.scale()).isEqualTo(32);
    assertThat(advice.worstFlushed()).isZero();
    assertThat(advice.largest()).isEqualTo(0x1.8p-30);
    // 65504 / (1.5 * 2^-30 * 2^5)
    assertThat(advice.headroomBits()).isCloseTo(40.415, within(0.01));
  }

  @Test
  void keepsTwoBitsToOverflowEvenIfSmallGradientsAreLost() {
    LossScaleAdvice advice = LossScaleAdvice.of(Map.of("small", of(0x1p-30f), "large", of(1024)));
    assertThat(advice.largestSafe()).isEqualTo(5);
    assertThat(advice.exponent()).isEqualTo(3);
    assertThat(advice.worstTensor()).isEqualTo("small");
    assertThat(advice.worstFlushed()).isEqualTo(1);
    assertThat(advice.smallestSufficient()).isEqualTo(5);
  }

  @Test
  void recommendsNoScaleWhereNoneIsNeeded() {
    assertThat(LossScaleAdvice.of(Map.of("a", of(1))).exponent()).isZero();
    assertThat(LossScaleAdvice.of(Map.of("a", of(1e6f))).exponent()).isZero();
    assertThat(LossScaleAdvice.of(Map.of("a", of(0))).exponent()).isZero();
  }

  private static ExponentHistogram of(float value) {
    ExponentHistogram histogram = new ExponentHistogram();
    histogram.add(new float[] {value, value, 0});
    return histogram;
  }
}
