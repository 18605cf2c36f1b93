package io.kitbag.augment.internal.jpeg;

/** Brings numbers to 0-255 in loops that should become vector code. */
final class Clamp {
  private Clamp() {}

  /**
   * Returns the nearest number of 0-255; without a comparison, which not every JVM can vectorise.
   */
  static int toByte(int value) {
    int positive = value & ~(value >> 31);
    return (positive | (255 - positive) >> 31) & 255;
  }
}
