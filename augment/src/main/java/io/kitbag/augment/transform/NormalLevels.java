package io.kitbag.augment.transform;

import java.util.random.RandomGenerator;

/**
 * Standard normal values for pixels: one table look-up each, from 4096 equally likely quantiles.
 * Rounding to levels hides that there are no others; the farthest is 3.7.
 */
final class NormalLevels {
  private static final int QUANTILES = 4096;
  private static final float[] TABLE = quantiles();

  private NormalLevels() {}

  static double draw(RandomGenerator random) {
    return TABLE[random.nextInt(QUANTILES)];
  }

  /** Walks along the density and notes where each quantile's middle is reached. */
  private static float[] quantiles() {
    float[] table = new float[QUANTILES];
    double step = 1e-4;
    double probability = 0.5;
    double x = 0;
    for (int i = QUANTILES / 2; i < QUANTILES; i++) {
      double goal = (i + 0.5) / QUANTILES;
      while (probability < goal) {
        x += step;
        double middle = x - step / 2;
        probability += step * StrictMath.exp(-middle * middle / 2) / Math.sqrt(2 * Math.PI);
      }
      table[i] = (float) x;
      table[QUANTILES - 1 - i] = (float) -x;
    }
    return table;
  }
}
