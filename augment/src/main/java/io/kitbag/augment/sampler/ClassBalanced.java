package io.kitbag.augment.sampler;

import io.kitbag.augment.random.Draws;
import java.util.Arrays;

/**
 * As many images of one class as of any other: rare classes are repeated, frequent ones are shown
 * in part.
 *
 * <p>An epoch has as many images as the data set. Each class gets an equal share, the remainder
 * goes to random classes. A class's images come in a random order, each once before any comes
 * again; PyTorch's WeightedRandomSampler has the same expectation but draws with replacement.
 */
public final class ClassBalanced implements Sampler {
  private static final long CLASS = Draws.purpose("balance class");
  private static final long MIX = Draws.purpose("balance order");

  private final int[][] imagesByClass;
  private final int size;
  private final long seed;

  private ClassBalanced(int[][] imagesByClass, int size, long seed) {
    this.imagesByClass = imagesByClass;
    this.size = size;
    this.seed = seed;
  }

  /**
   * Makes the sampler of a data set.
   *
   * @param labels the class of every image, from 0; a class without images is left out
   * @param seed the seed of the orders
   */
  public static ClassBalanced of(int[] labels, long seed) {
    int classes = Arrays.stream(labels).max().orElse(-1) + 1;
    int[] counts = new int[classes];
    for (int label : labels) {
      counts[label]++;
    }
    int[][] images = new int[classes][];
    Arrays.setAll(images, label -> new int[counts[label]]);
    int[] filled = new int[classes];
    for (int i = 0; i < labels.length; i++) {
      images[labels[i]][filled[labels[i]]++] = i;
    }
    int[][] present = Arrays.stream(images).filter(each -> each.length > 0).toArray(int[][]::new);
    return new ClassBalanced(present, labels.length, seed);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int[] order(int epoch) {
    int classes = imagesByClass.length;
    Draws mix = Draws.keyed(seed, MIX, epoch, 0);
    int[] luckyFirst = mix.permutation(classes);
    int[] chosen = new int[size];
    int next = 0;
    for (int place = 0; place < classes; place++) {
      int label = luckyFirst[place];
      int share = size / classes + (place < size % classes ? 1 : 0);
      Draws draws = Draws.keyed(seed, CLASS, epoch, label);
      int[] images = imagesByClass[label];
      for (int left = share; left > 0; left -= images.length) {
        int[] order = draws.permutation(images.length);
        for (int i = 0; i < Math.min(left, images.length); i++) {
          chosen[next++] = images[order[i]];
        }
      }
    }
    int[] order = mix.permutation(size);
    return Arrays.stream(order).map(i -> chosen[i]).toArray();
  }
}
