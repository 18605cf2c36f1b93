package io.kitbag.augment.sampler;

/**
 * The indices of an epoch's images in their order.
 *
 * <p>An index may occur more than once in an epoch; each occurrence is augmented by draws of its
 * own. Implementations are immutable and give equal orders for equal epochs.
 */
public interface Sampler {
  /** Returns how many images an epoch has; the same for every epoch. */
  int size();

  /** Returns {@link #size()} indices in a new array. */
  int[] order(int epoch);

  /**
   * Returns the part of one of several processes that share the epochs among them. All parts have
   * the same size, so that the processes take the same number of steps; up to {@code world - 1}
   * images of an epoch are left out.
   *
   * @param rank which process, from 0
   * @param world how many processes
   */
  default Sampler shard(int rank, int world) {
    return Strided.of(this, rank, world);
  }
}
