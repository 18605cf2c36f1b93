package io.kitbag.models.weights;

/** Numbers of two bytes, as bits: IEEE 754 binary16 and bfloat16. */
final class HalfPrecision {

  private static final int DROPPED_BY_HALF = 13;
  private static final float SMALLEST_HALF = 0x1p-24f;
  private static final float SMALLEST_NORMAL_HALF = 0x1p-14f;

  /** Halfway between the largest half and where the next would be: rounds to infinity. */
  private static final float HALF_OVERFLOW = 65520;

  private HalfPrecision() {}

  static float fromBfloat(short bits) {
    return Float.intBitsToFloat(bits << Short.SIZE);
  }

  /** Rounds to nearest, ties to even. */
  static short toBfloat(float value) {
    if (Float.isNaN(value)) {
      return 0x7fc0;
    }
    return (short) (roundedOff(Float.floatToRawIntBits(value), Short.SIZE) >>> Short.SIZE);
  }

  /** 1 sign, 5 exponent (bias 15) and 10 mantissa bits. */
  static float fromHalf(short bits) {
    int sign = (bits & 0x8000) << Short.SIZE;
    int exponent = bits >> 10 & 0x1f;
    int mantissa = bits & 0x3ff;
    if (exponent == 0) {
      return mantissa * SMALLEST_HALF * (sign == 0 ? 1 : -1);
    }
    int wide = exponent == 0x1f ? 0xff : exponent - 15 + 127;
    return Float.intBitsToFloat(sign | wide << 23 | mantissa << DROPPED_BY_HALF);
  }

  /** Rounds to nearest, ties to even; too large becomes infinite. */
  static short toHalf(float value) {
    int sign = Float.floatToRawIntBits(value) >>> Short.SIZE & 0x8000;
    float size = Math.abs(value);
    if (Float.isNaN(value)) {
      return 0x7e00;
    }
    if (size >= HALF_OVERFLOW) {
      return (short) (sign | 0x7c00);
    }
    if (size < SMALLEST_NORMAL_HALF) {
      // A whole number of smallest steps; rint rounds ties to even.
      return (short) (sign | (int) Math.rint(size / SMALLEST_HALF));
    }
    int bits = roundedOff(Float.floatToRawIntBits(size), DROPPED_BY_HALF);
    return (short) (sign | (bits - (127 - 15 << 23)) >>> DROPPED_BY_HALF);
  }

  /** To a multiple of 2^dropped, ties to even; a carry goes into the exponent, as it should. */
  private static int roundedOff(int bits, int dropped) {
    int even = bits >>> dropped & 1;
    return bits + (1 << dropped - 1) - 1 + even & -(1 << dropped);
  }
}
