package io.kitbag.augment.sampler;

import io.kitbag.augment.random.Draws;

/**
 * Every image once, every order being equally likely, another one every epoch.
 *
 * @param size how many images there are
 * @param seed the seed of the orders
 */
public record Shuffled(int size, long seed) implements Sampler {
  private static final long SHUFFLE = Draws.purpose("shuffle");

  /** Checks the size. */
  public Shuffled {
    Checks.atLeast(0, "size", size);
  }

  @Override
  public int[] order(int epoch) {
    return Draws.keyed(seed, SHUFFLE, epoch, 0).permutation(size);
  }
}
