package io.kitbag.augment.data;

import io.kitbag.augment.random.Draws;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/**
 * Random parts of a data set that keep the proportions of the classes.
 *
 * <p>A part is a pure function of the data set's labels and the seed, and a smaller part of the
 * same seed lies within a larger one: training on 5 % and on 10 % compares nested sets.
 */
public final class Stratified {
  private static final long SUBSET = Draws.purpose("stratified subset");
  private static final long HOLD_OUT = Draws.purpose("hold out");

  private Stratified() {}

  /**
   * Takes a share of every class, rounded to the nearest number of images, at least one.
   *
   * @param share in (0, 1]
   */
  public static ImageDataset share(ImageDataset data, double share, long seed) {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share=" + share + " must be above 0 and at most 1");
    }
    return share == 1 ? data : part(data, SUBSET, seed, n -> Math.max(1, rounded(share, n)), true);
  }

  /**
   * Takes so many images of every class, or all of a class that has fewer.
   *
   * @param images at least 1
   */
  public static ImageDataset perClass(ImageDataset data, int images, long seed) {
    if (images < 1) {
      throw new IllegalArgumentException("images=" + images + " must be at least 1");
    }
    return part(data, SUBSET, seed, n -> Math.min(images, n), true);
  }

  /**
   * Splits a data set in two: a share of every class to measure on, rounded but at least one image
   * of a class that has two or more, and the rest to train on.
   *
   * @param share of the images to hold out, above 0 and below 1
   */
  public static DataSplit holdOut(ImageDataset data, double share, long seed) {
    if (!(share > 0 && share < 1)) {
      throw new IllegalArgumentException("share=" + share + " must be above 0 and below 1");
    }
    IntUnaryOperator count = n -> n < 2 ? 0 : Math.min(n - 1, Math.max(1, rounded(share, n)));
    return new DataSplit(
        part(data, HOLD_OUT, seed, count, false), part(data, HOLD_OUT, seed, count, true));
  }

  private static int rounded(double share, int count) {
    return (int) Math.round(share * count);
  }

  /** The images that are chosen, or those that are not, in the order of the data set. */
  private static ImageDataset part(
      ImageDataset data, long purpose, long seed, IntUnaryOperator countOf, boolean chosen) {
    int[] labels = data.labels();
    int[] counts = data.classCounts();
    int[][] ranks = new int[counts.length][];
    int[] take = new int[counts.length];
    for (int label = 0; label < counts.length; label++) {
      ranks[label] = Draws.keyed(seed, purpose, label, 0).permutation(counts[label]);
      take[label] = counts[label] == 0 ? 0 : countOf.applyAsInt(counts[label]);
    }
    int[] seen = new int[counts.length];
    int[] kept = new int[labels.length];
    int size = 0;
    for (int i = 0; i < labels.length; i++) {
      int label = labels[i];
      boolean isChosen = ranks[label][seen[label]++] < take[label];
      if (isChosen == chosen) {
        kept[size++] = i;
      }
    }
    return Subset.of(data, Arrays.copyOf(kept, size));
  }
}
