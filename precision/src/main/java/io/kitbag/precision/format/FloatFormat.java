package io.kitbag.precision.format;

import java.util.List;

/**
 * A binary floating-point format: sign, exponent, fraction, with subnormal numbers.
 *
 * <p>Conversions start from a double and round once, to nearest with ties to even, as PyTorch and
 * CUDA convert tensors. Values of every format here are exact as doubles.
 *
 * @param name as PyTorch and NVIDIA write it
 * @param exponentBits width of the biased exponent
 * @param fractionBits width of the fraction without the implicit one
 * @param hasInfinity whether the largest exponent is kept for infinity and NaN, as in IEEE 754; if
 *     not, only the pattern of all ones is NaN, and overflow becomes that
 */
public record FloatFormat(String name, int exponentBits, int fractionBits, boolean hasInfinity) {

  /** IEEE 754 binary32. */
  public static final FloatFormat FP32 = new FloatFormat("FP32", 8, 23, true);

  /**
   * What NVIDIA's Tensor Cores read of an fp32 number: 19 bits of a 32-bit word. Hardware may
   * truncate or round ties away instead; this rounds ties to even.
   */
  public static final FloatFormat TF32 = new FloatFormat("TF32", 8, 10, true);

  /** bfloat16: the upper half of an fp32 number. */
  public static final FloatFormat BF16 = new FloatFormat("BF16", 8, 7, true);

  /** IEEE 754 binary16. */
  public static final FloatFormat FP16 = new FloatFormat("FP16", 5, 10, true);

  /** FP8 for gradients (Micikevicius et al., arXiv 2209.05433). */
  public static final FloatFormat E5M2 = new FloatFormat("FP8 E5M2", 5, 2, true);

  /** FP8 for weights and activations, PyTorch's {@code float8_e4m3fn} (arXiv 2209.05433). */
  public static final FloatFormat E4M3 = new FloatFormat("FP8 E4M3", 4, 3, false);

  public FloatFormat {
    if (exponentBits < 2 || exponentBits > 8 || fractionBits < 1 || fractionBits > 23) {
      throw new IllegalArgumentException(
          "%s: %d exponent bits must be 2 to 8 and %d fraction bits 1 to 23"
              .formatted(name, exponentBits, fractionBits));
    }
  }

  /** The formats above, from the widest to the narrowest. */
  public static List<FloatFormat> all() {
    return List.of(FP32, TF32, BF16, FP16, E5M2, E4M3);
  }

  /** Bits that carry information: sign, exponent and fraction. */
  public int bits() {
    return 1 + exponentBits + fractionBits;
  }

  /** The exponent of the smallest normal number, and of all subnormal ones. */
  public int minExponent() {
    return 2 - (1 << (exponentBits - 1));
  }

  /** The exponent of the largest number. */
  public int maxExponent() {
    return (1 << (exponentBits - 1)) - (hasInfinity ? 1 : 0);
  }

  /** The largest finite number. */
  public double max() {
    return decode(maxPattern());
  }

  /** The smallest positive number that has all its fraction bits. */
  public double minNormal() {
    return Math.scalb(1, minExponent());
  }

  /** The smallest positive number; half of it and less becomes zero. */
  public double minSubnormal() {
    return Math.scalb(1, minExponent() - fractionBits);
  }

  /** The distance of 1 to the next number: twice the largest relative error of normal numbers. */
  public double epsilon() {
    return Math.scalb(1, -fractionBits);
  }

  /**
   * The nearest number of this format; infinity, or NaN where there is none, if that is beyond the
   * largest.
   */
  public double round(double value) {
    return decode(encode(value));
  }

  /** The pattern of the nearest number in the low {@link #bits()} bits. */
  public int encode(double value) {
    int sign = Double.doubleToRawLongBits(value) < 0 ? 1 << (bits() - 1) : 0;
    if (Double.isNaN(value)) {
      return sign | nanPattern();
    }
    double magnitude = Math.abs(value);
    if (magnitude == Double.POSITIVE_INFINITY) {
      return sign | overflowPattern();
    }
    int exponent = Math.max(Math.getExponent(magnitude), minExponent());
    // Exact: a division by a power of two that only makes numbers larger, or keeps them normal.
    double quanta = Math.rint(magnitude / Math.scalb(1, exponent - fractionBits));
    // The implicit one of a normal number, and a carry out of the fraction, raise the exponent.
    double pattern = Math.scalb((double) exponent - minExponent(), fractionBits) + quanta;
    return sign | (pattern > maxPattern() ? overflowPattern() : (int) pattern);
  }

  /** The number of a pattern; bits above the lowest {@link #bits()} are ignored. */
  public double decode(int pattern) {
    int magnitude = pattern & ((1 << (bits() - 1)) - 1);
    double sign = (pattern >>> (bits() - 1) & 1) == 0 ? 1 : -1;
    if (magnitude > maxPattern()) {
      return magnitude == overflowPattern() && hasInfinity
          ? sign * Double.POSITIVE_INFINITY
          : Double.NaN;
    }
    int exponent = magnitude >>> fractionBits;
    int fraction = magnitude & ((1 << fractionBits) - 1);
    return exponent == 0
        ? sign * fraction * minSubnormal()
        : sign
            * Math.scalb(
                (1 << fractionBits) + fraction, exponent - 1 + minExponent() - fractionBits);
  }

  /** Whether the nearest number to a value is not zero and lacks fraction bits. */
  public boolean isSubnormal(double value) {
    double magnitude = Math.abs(round(value));
    return magnitude > 0 && magnitude < minNormal();
  }

  /** A pattern as its sign, exponent and fraction bits, with blanks between. */
  public String binary(int pattern) {
    StringBuilder text = new StringBuilder();
    for (int bit = bits() - 1; bit >= 0; bit--) {
      text.append(pattern >>> bit & 1);
      if (bit == bits() - 1 || bit == fractionBits) {
        text.append(' ');
      }
    }
    return text.toString();
  }

  private int maxPattern() {
    return allOnes() - (hasInfinity ? 1 << fractionBits : 1);
  }

  private int overflowPattern() {
    return hasInfinity ? maxPattern() + 1 : allOnes();
  }

  private int nanPattern() {
    return hasInfinity ? overflowPattern() | 1 << (fractionBits - 1) : allOnes();
  }

  /** All bits but the sign. */
  private int allOnes() {
    return (1 << (bits() - 1)) - 1;
  }

  @Override
  public String toString() {
    return name;
  }
}
