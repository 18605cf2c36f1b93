package io.kitbag.augment.mix;

/**
 * The labels of a mixed batch: image i is λ of class {@code own} and 1 − λ of class {@code other}.
 *
 * <p>Not copied; do not change the arrays.
 *
 * @param own label of each image
 * @param other label of its partner
 * @param lambda the share of its own label, 0 to 1
 */
public record MixedLabels(int[] own, int[] other, float[] lambda) {
  /** Checks that the lengths agree. */
  public MixedLabels {
    if (own.length != other.length || own.length != lambda.length) {
      throw new IllegalArgumentException(
          String.format(
              "%d labels, %d partners' labels and %d shares differ in number",
              own.length, other.length, lambda.length));
    }
  }

  /**
   * Returns the probability of each class: N × K, row by row, every row with the sum 1.
   *
   * @param classes K, above every label
   */
  public float[] targets(int classes) {
    float[] targets = new float[Math.multiplyExact(own.length, classes)];
    for (int i = 0; i < own.length; i++) {
      targets[i * classes + own[i]] += lambda[i];
      targets[i * classes + other[i]] += 1 - lambda[i];
    }
    return targets;
  }
}
