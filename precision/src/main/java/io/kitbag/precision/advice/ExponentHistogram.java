package io.kitbag.precision.advice;

import io.kitbag.precision.format.FloatFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * How many fp32 values lie in each binade, from 2^e up to 2^(e+1). Numbers below the normal fp32
 * range count as 2^-127. Not thread-safe.
 */
public final class ExponentHistogram {

  private static final int BIAS = 127;
  private static final int NOT_FINITE = 255;

  /** By the biased exponent; zeros are counted apart. */
  private final long[] counts = new long[NOT_FINITE + 1];

  private long zeros;
  private float largest;

  /** Nothing counted yet. */
  public ExponentHistogram() {}

  /** Counts values. */
  public void add(float[] values) {
    for (float value : values) {
      int magnitude = Float.floatToRawIntBits(value) & 0x7fffffff;
      if (magnitude == 0) {
        zeros++;
      } else {
        counts[magnitude >>> 23]++;
        // NaN compares as false.
        if (Float.intBitsToFloat(magnitude) > largest && magnitude < 0x7f800000) {
          largest = Float.intBitsToFloat(magnitude);
        }
      }
    }
  }

  /** Counts what another has counted. */
  public void add(ExponentHistogram other) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] += other.counts[i];
    }
    zeros += other.zeros;
    largest = Math.max(largest, other.largest);
  }

  /** Values with this exponent: magnitudes from 2^exponent, included, to twice that. */
  public long count(int exponent) {
    int biased = exponent + BIAS;
    return biased >= 0 && biased < NOT_FINITE ? counts[biased] : 0;
  }

  /** Values that are 0, which no scale can change. */
  public long zeros() {
    return zeros;
  }

  /** NaN and infinities. */
  public long notFinite() {
    return counts[NOT_FINITE];
  }

  /** Values that are not 0. */
  public long nonZero() {
    long sum = 0;
    for (long count : counts) {
      sum += count;
    }
    return sum;
  }

  /** The largest finite magnitude; 0 if there is none. */
  public double largest() {
    return largest;
  }

  /**
   * What a format would do to the values multiplied by 2^{@code scaleExponent}. Exact but for two
   * single numbers: half the smallest number, which becomes 0 and is counted as subnormal, and
   * values that round up to the next range.
   */
  public RangeShares in(FloatFormat format, int scaleExponent) {
    int firstKept = format.minExponent() - format.fractionBits() - 1;
    long flushed = 0;
    long subnormal = 0;
    long normal = 0;
    long over = 0;
    for (int biased = 0; biased < counts.length; biased++) {
      int exponent = biased - BIAS + scaleExponent;
      if (biased == NOT_FINITE || exponent > format.maxExponent()) {
        over += counts[biased];
      } else if (exponent < firstKept) {
        flushed += counts[biased];
      } else if (exponent < format.minExponent()) {
        subnormal += counts[biased];
      } else {
        normal += counts[biased];
      }
    }
    double all = Math.max(1, flushed + subnormal + normal + over);
    return new RangeShares(flushed / all, subnormal / all, normal / all, over / all);
  }

  /** The counts as a value. */
  public Counts counts() {
    int first = 0;
    int end = NOT_FINITE;
    while (first < end && counts[first] == 0) {
      first++;
    }
    while (end > first && counts[end - 1] == 0) {
      end--;
    }
    List<Long> present = new ArrayList<>();
    for (int i = first; i < end; i++) {
      present.add(counts[i]);
    }
    return new Counts(first - BIAS, present, zeros, notFinite(), largest);
  }

  /**
   * A histogram as a value.
   *
   * @param firstExponent the exponent of the first count
   * @param counts values for each exponent from there on
   * @param zeros values that are 0
   * @param notFinite NaN and infinities
   * @param largest the largest finite magnitude
   */
  public record Counts(
      int firstExponent, List<Long> counts, long zeros, long notFinite, double largest) {
    public Counts {
      counts = List.copyOf(counts);
    }
  }
}
