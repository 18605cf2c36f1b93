package io.kitbag.augment.sampler;

/** Messages for numbers that are out of range. */
final class Checks {
  private Checks() {}

  static void atLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(name + "=" + value + " must be at least " + least);
    }
  }

  static void rank(int rank, int world) {
    atLeast(1, "world", world);
    if (rank < 0 || rank >= world) {
      throw new IllegalArgumentException(
          "rank=" + rank + " is not in 0 … " + (world - 1) + ", the ranks of world=" + world);
    }
  }
}
