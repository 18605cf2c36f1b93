package io.kitbag.bench.pipeline;

import io.kitbag.augment.random.Draws;
import io.kitbag.augment.sampler.Sampler;

/**
 * The images over and over, in another order each time.
 *
 * @param images how many there are
 * @param size how many an epoch has
 */
record Cycled(int images, int size) implements Sampler {
  private static final long ORDER = Draws.purpose("bench order");

  @Override
  public int[] order(int epoch) {
    int[] order = new int[size];
    for (int from = 0; from < size; from += images) {
      int[] turn = Draws.keyed(0, ORDER, epoch, from).permutation(images);
      System.arraycopy(turn, 0, order, from, Math.min(images, size - from));
    }
    return order;
  }
}
