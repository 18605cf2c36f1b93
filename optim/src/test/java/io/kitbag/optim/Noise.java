package io.kitbag.optim;

/** The generator of {@code reference.py}: multiples of 2^-10 in [-1, 1), exact in float32. */
public final class Noise {

  private Noise() {}

  public static float[] of(long stream, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      long x = (stream * 1103515245L + i * 12345L + 67891) % (1L << 31);
      for (int round = 0; round < 2; round++) {
        x ^= x >> 13;
        x = (x * 1103515245L + 12345) % (1L << 31);
      }
      values[i] = ((x >> 16) % 2048 - 1024) / 1024f;
    }
    return values;
  }

  public static float[] scaled(long stream, int size, float scale) {
    float[] values = of(stream, size);
    for (int i = 0; i < size; i++) {
      values[i] *= scale;
    }
    return values;
  }
}
