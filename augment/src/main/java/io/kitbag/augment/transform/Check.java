package io.kitbag.augment.transform;

/** Argument checks with messages that name the argument. */
final class Check {
  private Check() {}

  static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + "=" + value + " must be at least 1");
    }
  }

  static void notNegative(String name, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + "=" + value + " must be 0 or more and finite");
    }
  }

  static void within(String name, double value, double min, double max) {
    if (!(value >= min && value <= max)) {
      throw new IllegalArgumentException(
          name + "=" + value + " must be in [" + min + ", " + max + "]");
    }
  }
}
