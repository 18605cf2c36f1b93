package io.kitbag.models;

/**
 * What the random numbers of one training step are a function of. Dropout and stochastic depth draw
 * from it instead of from a generator, so that a step that is repeated, or resumed in another
 * process or on another device, drops the same values.
 *
 * <p>Number i of stream s is {@code h(low(h(i xor k0) + k1 + s · 2654435769)) / 2^32}, with the
 * integer hash h "lowbias32" of Chris Wellons's hash-prospector, the two halves k0 and k1 of the
 * key and low 32 bits throughout; of the result 24 bits are kept, which a float holds exactly.
 */
public record DrawKey(long value) {

  private static final long LOW = 0xFFFF_FFFFL;
  private static final long STREAM = 2_654_435_769L;

  /** The key of a step of a run; neighbouring seeds and steps give unrelated keys. */
  public static DrawKey of(long seed, long step) {
    return new DrawKey(mix(mix(seed) + step));
  }

  /** The finishing function of SplitMix64 (Steele et al., OOPSLA 2014). */
  private static long mix(long state) {
    long z = state + 0x9E3779B97F4A7C15L;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** The two halves, from 0 to 2^32 - 1. */
  public long[] halves() {
    return new long[] {value >>> 32, value & LOW};
  }

  /** The first {@code count} numbers of a stream, uniform on [0, 1). */
  public float[] uniform(int stream, int count) {
    long[] halves = halves();
    long offset = halves[1] + stream * STREAM;
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      long first = hash(i ^ halves[0]);
      values[i] = (hash((first + offset) & LOW) >>> 8) * 0x1p-24f;
    }
    return values;
  }

  private static long hash(long bits) {
    long x = bits;
    x ^= x >>> 16;
    x = x * 0x7FEB352DL & LOW;
    x ^= x >>> 15;
    x = x * 0x846CA68BL & LOW;
    return x ^ x >>> 16;
  }
}
