package io.kitbag.augment.sampler;

import java.util.stream.IntStream;

/**
 * Every image once, by index.
 *
 * @param size how many images there are
 */
public record Sequential(int size) implements Sampler {
  /** Checks the size. */
  public Sequential {
    Checks.atLeast(0, "size", size);
  }

  @Override
  public int[] order(int epoch) {
    return IntStream.range(0, size).toArray();
  }
}
