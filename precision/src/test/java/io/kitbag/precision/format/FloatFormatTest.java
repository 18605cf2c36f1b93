package io.kitbag.precision.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FloatFormatTest {

  /** All but fp32, whose patterns are too many to go through. */
  static Stream<FloatFormat> small() {
    return FloatFormat.all().stream().filter(format -> format.bits() < 32);
  }

  /** The definition in exact decimal arithmetic: (1 + f) 2^(e - bias), or f 2^(1 - bias). */
  private static BigDecimal exact(FloatFormat format, int magnitude) {
    int bias = (1 << (format.exponentBits() - 1)) - 1;
    int exponent = magnitude >> format.fractionBits();
    BigDecimal fraction =
        new BigDecimal(magnitude % (1 << format.fractionBits()))
            .divide(new BigDecimal(1 << format.fractionBits()));
    return exponent == 0
        ? fraction.multiply(power(1 - bias))
        : fraction.add(BigDecimal.ONE).multiply(power(exponent - bias));
  }

  private static BigDecimal power(int exponent) {
    BigDecimal two = new BigDecimal(2);
    return exponent >= 0 ? two.pow(exponent) : BigDecimal.ONE.divide(two.pow(-exponent));
  }

  private static int finitePatterns(FloatFormat format) {
    int all = 1 << (format.bits() - 1);
    return format.hasInfinity() ? all - (1 << format.fractionBits()) : all - 1;
  }

  @ParameterizedTest
  @MethodSource("small")
  void everyPatternIsTheNumberThatTheDefinitionGives(FloatFormat format) {
    int negative = 1 << (format.bits() - 1);
    for (int pattern = 0; pattern < finitePatterns(format); pattern++) {
      double value = format.decode(pattern);
      if (new BigDecimal(value).compareTo(exact(format, pattern)) != 0
          || format.decode(negative | pattern) != -value) {
        throw new AssertionError(format + " " + format.binary(pattern) + " is not " + value);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("small")
  void everyNumberKeepsItsPattern(FloatFormat format) {
    for (int pattern = 0; pattern < 1 << format.bits(); pattern++) {
      double value = format.decode(pattern);
      if (Double.isNaN(value)
          ? !Double.isNaN(format.round(value))
          : format.encode(value) != pattern) {
        throw new AssertionError(format + " " + format.binary(pattern) + " changes");
      }
    }
  }

  @ParameterizedTest
  @MethodSource("small")
  void everyBoundaryBetweenNeighboursRoundsToEvenAndItsSidesToTheNearest(FloatFormat format) {
    int negative = 1 << (format.bits() - 1);
    for (int pattern = 0; pattern < finitePatterns(format) - 1; pattern++) {
      double middle = (format.decode(pattern) + format.decode(pattern + 1)) / 2;
      int even = pattern + (pattern & 1);
      if (format.encode(middle) != even
          || format.encode(-middle) != (negative | even)
          || format.encode(Math.nextDown(middle)) != pattern
          || format.encode(Math.nextUp(middle)) != pattern + 1) {
        throw new AssertionError(format + " rounds wrongly around " + middle);
      }
    }
  }

  @Test
  void bfloat16IsTheUpperHalfOfAFloat() {
    for (int pattern = 0; pattern < 1 << 16; pattern++) {
      float upper = Float.intBitsToFloat(pattern << 16);
      assertThat(FloatFormat.BF16.decode(pattern)).isEqualTo(Double.valueOf(upper));
    }
  }

  @Test
  void fp32RoundsAsTheLanguageDoes() {
    Random random = new Random(7);
    for (int i = 0; i < 2_000_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      double near = Float.intBitsToFloat(random.nextInt()) * (1 + 0x1p-24 * random.nextInt(5));
      for (double each : new double[] {value, near}) {
        if (!Double.isNaN(each)
            && FloatFormat.FP32.encode(each) != Float.floatToIntBits((float) each)) {
          throw new AssertionError("fp32 rounds " + each + " to " + FloatFormat.FP32.round(each));
        }
      }
    }
  }

  @Test
  void beyondTheLargestNumberIsInfinityOrNaN() {
    assertThat(FloatFormat.FP16.round(65519.99)).isEqualTo(65504);
    assertThat(FloatFormat.FP16.round(65520)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(FloatFormat.FP16.round(-1e300)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(FloatFormat.E4M3.round(464)).isEqualTo(448);
    assertThat(FloatFormat.E4M3.round(464.001)).isNaN();
    assertThat(FloatFormat.E4M3.round(Double.NEGATIVE_INFINITY)).isNaN();
  }

  @Test
  void keepsTheSignOfZeroAndOfWhatBecomesZero() {
    assertThat(FloatFormat.FP16.encode(-0.0)).isEqualTo(0x8000);
    assertThat(FloatFormat.FP16.encode(-0x1p-25)).isEqualTo(0x8000);
    assertThat(FloatFormat.FP16.encode(Math.nextUp(0x1p-25))).isEqualTo(1);
    assertThat(FloatFormat.FP16.encode(Double.MIN_VALUE)).isZero();
  }

  /** NVIDIA, FP8 formats (arXiv 2209.05433, table 1), and IEEE 754. */
  @Test
  void hasThePublishedRanges() {
    assertThat(FloatFormat.FP16.max()).isEqualTo(65504);
    assertThat(FloatFormat.FP16.minNormal()).isEqualTo(0x1p-14);
    assertThat(FloatFormat.FP16.minSubnormal()).isEqualTo(0x1p-24);
    assertThat(FloatFormat.E4M3.max()).isEqualTo(448);
    assertThat(FloatFormat.E4M3.minNormal()).isEqualTo(0x1p-6);
    assertThat(FloatFormat.E4M3.minSubnormal()).isEqualTo(0x1p-9);
    assertThat(FloatFormat.E5M2.max()).isEqualTo(57344);
    assertThat(FloatFormat.E5M2.minSubnormal()).isEqualTo(0x1p-16);
    assertThat(FloatFormat.FP32.max()).isEqualTo(Float.MAX_VALUE);
    assertThat(FloatFormat.FP32.minSubnormal()).isEqualTo(Float.MIN_VALUE);
    assertThat(FloatFormat.TF32.epsilon()).isEqualTo(0x1p-10);
    assertThat(FloatFormat.BF16.epsilon()).isEqualTo(0x1p-7);
  }

  @Test
  void roundsAsPyTorchDoes() throws IOException {
    List<FloatFormat> formats =
        List.of(FloatFormat.FP16, FloatFormat.BF16, FloatFormat.E4M3, FloatFormat.E5M2);
    int compared = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                FloatFormatTest.class.getResourceAsStream("casts.txt"), StandardCharsets.UTF_8))) {
      for (String line : lines.lines().filter(each -> !each.startsWith("#")).toList()) {
        String[] words = line.split(" ");
        double value = Float.intBitsToFloat(Integer.parseUnsignedInt(words[0], 16));
        for (int i = 0; i < formats.size(); i++) {
          assertThat(formats.get(i).encode(value))
              .as("%s in %s", value, formats.get(i))
              .isEqualTo(Integer.parseInt(words[i + 1], 16));
          compared++;
        }
      }
    }
    assertThat(compared).isGreaterThan(4000);
  }

  @Test
  void writesPatternsInThreeParts() {
    assertThat(FloatFormat.FP16.binary(FloatFormat.FP16.encode(-1.5)))
        .isEqualTo("1 01111 1000000000");
  }

  @Test
  void refusesWidthsThatADoubleCannotHold() {
    assertThatThrownBy(() -> new FloatFormat("wide", 11, 52, true))
        .hasMessageContaining("11 exponent bits");
  }
}
