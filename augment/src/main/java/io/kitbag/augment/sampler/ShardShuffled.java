package io.kitbag.augment.sampler;

import io.kitbag.augment.random.Draws;
import java.util.Arrays;

/**
 * Every image once, in an order that reads large files nearly from front to back: WebDataset's way
 * of shuffling, for discs and networks on which reading at random is slow.
 *
 * <p>The files (shards) come in a random order. Of several at a time one image each is read in
 * turn, and goes through a buffer out of which a random image is taken for each that enters. The
 * larger the buffer and the more shards at a time, the nearer to {@link Shuffled}; the images of a
 * shard never come far from each other.
 *
 * <p>Several processes each take a contiguous part of the shards in their order, so that each reads
 * its own.
 */
public final class ShardShuffled implements Sampler {
  /** Shards read in turn by default: the interleave_cycle_length of TensorFlow Datasets. */
  public static final int SHARDS_AT_A_TIME = 16;

  /** Images in the buffer by default: timm's reader of WebDataset. */
  public static final int BUFFER = 8192;

  private static final long SHARDS = Draws.purpose("shuffle shards");
  private static final long WITHIN = Draws.purpose("shuffle buffer");

  private final int[] shardStarts;
  private final int shardsAtATime;
  private final int buffer;
  private final long seed;
  private final int rank;
  private final int world;

  private ShardShuffled(
      int[] shardStarts, int shardsAtATime, int buffer, long seed, int rank, int world) {
    this.shardStarts = shardStarts;
    this.shardsAtATime = shardsAtATime;
    this.buffer = buffer;
    this.seed = seed;
    this.rank = rank;
    this.world = world;
  }

  /**
   * Makes the sampler of a data set whose images lie in shards, one after another.
   *
   * @param shardSizes how many images each shard has
   * @param shardsAtATime how many shards are read in turn, at least 1
   * @param buffer how many images are in the buffer, at least 1, which shuffles nothing within
   * @param seed the seed of the orders
   */
  public static ShardShuffled of(int[] shardSizes, int shardsAtATime, int buffer, long seed) {
    Checks.atLeast(1, "shardsAtATime", shardsAtATime);
    Checks.atLeast(1, "buffer", buffer);
    int[] starts = new int[shardSizes.length + 1];
    for (int i = 0; i < shardSizes.length; i++) {
      starts[i + 1] = starts[i] + shardSizes[i];
    }
    return new ShardShuffled(starts, shardsAtATime, buffer, seed, 0, 1);
  }

  @Override
  public Sampler shard(int part, int parts) {
    Checks.rank(part, parts);
    if (parts == 1) {
      return this;
    }
    if (world != 1) {
      throw new IllegalStateException("this is the part of rank " + rank + " already");
    }
    return new ShardShuffled(shardStarts, shardsAtATime, buffer, seed, part, parts);
  }

  @Override
  public int size() {
    return shardStarts[shardStarts.length - 1] / world;
  }

  @Override
  public int[] order(int epoch) {
    int[] order = interleaved(parts(epoch));
    shuffleThroughBuffer(order, Draws.keyed(seed, WITHIN, epoch, rank));
    return order;
  }

  /** The images of this rank as ranges {from, to} of indices, shard by shard. */
  private int[][] parts(int epoch) {
    int shards = shardStarts.length - 1;
    int[] shardOrder = Draws.keyed(seed, SHARDS, epoch, 0).permutation(shards);
    long first = (long) rank * size();
    long last = first + size();
    int[][] parts = new int[shards][];
    int used = 0;
    long passed = 0;
    for (int shard : shardOrder) {
      int start = shardStarts[shard];
      int length = shardStarts[shard + 1] - start;
      int from = (int) Math.max(0, Math.min(length, first - passed));
      int to = (int) Math.max(0, Math.min(length, last - passed));
      if (from < to) {
        parts[used++] = new int[] {start + from, start + to};
      }
      passed += length;
    }
    return Arrays.copyOf(parts, used);
  }

  private int[] interleaved(int[][] parts) {
    int[] order = new int[size()];
    int open = Math.min(shardsAtATime, parts.length);
    int[][] reading = Arrays.copyOf(parts, open);
    int next = open;
    int slot = 0;
    for (int i = 0; i < order.length; i++) {
      slot = open == 0 ? 0 : slot % open;
      int[] range = reading[slot];
      order[i] = range[0]++;
      if (range[0] < range[1]) {
        slot++;
      } else if (next < parts.length) {
        reading[slot++] = parts[next++];
      } else {
        System.arraycopy(reading, slot + 1, reading, slot, --open - slot);
      }
    }
    return order;
  }

  /** In place: what leaves the buffer never overtakes what has not entered it. */
  private void shuffleThroughBuffer(int[] order, Draws draws) {
    int held = Math.min(buffer, order.length);
    int[] kept = Arrays.copyOf(order, held);
    int out = 0;
    for (int in = held; in < order.length; in++) {
      int taken = draws.nextInt(held);
      int entering = order[in];
      order[out++] = kept[taken];
      kept[taken] = entering;
    }
    for (int i : draws.permutation(held)) {
      order[out++] = kept[i];
    }
  }
}
