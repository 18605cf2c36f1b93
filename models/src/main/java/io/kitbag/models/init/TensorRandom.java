package io.kitbag.models.init;

import java.nio.charset.StandardCharsets;

/**
 * The random numbers of one tensor. The JDK's own generators may change their Gaussian algorithm
 * between versions (17 did); this one is fixed here so that a seed keeps its meaning.
 *
 * <p>SplitMix64 (Steele, Lea, Flood, OOPSLA 2014), started at a hash of seed and tensor name, and
 * Marsaglia's polar form of Box and Muller (1964) in strict arithmetic.
 */
final class TensorRandom {

  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final long FNV_OFFSET = 0xCBF29CE484222325L;
  private static final long FNV_PRIME = 0x100000001B3L;

  private long state;
  private double spare = Double.NaN;

  TensorRandom(long seed, String name) {
    long hash = FNV_OFFSET;
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * FNV_PRIME;
    }
    state = mix(seed + GOLDEN_GAMMA) ^ mix(hash);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private double nextUnit() {
    state += GOLDEN_GAMMA;
    return (mix(state) >>> 11) * 0x1p-53;
  }

  /** Uniform on [-bound, bound). */
  double uniform(double bound) {
    return (2 * nextUnit() - 1) * bound;
  }

  /** Standard normal. */
  double gaussian() {
    if (!Double.isNaN(spare)) {
      double value = spare;
      spare = Double.NaN;
      return value;
    }
    while (true) {
      double x = 2 * nextUnit() - 1;
      double y = 2 * nextUnit() - 1;
      double square = x * x + y * y;
      if (square > 0 && square < 1) {
        double factor = StrictMath.sqrt(-2 * StrictMath.log(square) / square);
        spare = y * factor;
        return x * factor;
      }
    }
  }
}
