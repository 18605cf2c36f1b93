package io.kitbag.augment.sampler;

/**
 * Every {@code world}-th image from {@code rank} on, as PyTorch's DistributedSampler takes them.
 */
record Strided(Sampler all, int rank, int world) implements Sampler {

  static Sampler of(Sampler all, int rank, int world) {
    Checks.rank(rank, world);
    return world == 1 ? all : new Strided(all, rank, world);
  }

  @Override
  public int size() {
    return all.size() / world;
  }

  @Override
  public int[] order(int epoch) {
    int[] whole = all.order(epoch);
    int[] part = new int[size()];
    for (int i = 0; i < part.length; i++) {
      part[i] = whole[rank + i * world];
    }
    return part;
  }
}
