package io.kitbag.augment.random;

import java.util.random.RandomGenerator;

/**
 * A random generator that is a pure function of a key: seed, purpose, epoch and index.
 *
 * <p>Two generators with equal keys give equal values whatever thread, worker count, process or JDK
 * they run in, so a sample can be drawn again after a resume, alone and out of order. Generators
 * with different keys are independent for all practical ends: draws added for one purpose never
 * shift those of another.
 *
 * <p>How it works: SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014) whose start is the key absorbed word by word through its own finaliser.
 * Every derived method used here is written out instead of inherited, because the JDK may change
 * the algorithms of {@link RandomGenerator}'s defaults; logarithms are {@link StrictMath}'s.
 *
 * <p>Not thread-safe; make one per use, it costs a few nanoseconds.
 */
public final class Draws implements RandomGenerator {
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private long state;
  private double spareGaussian = Double.NaN;

  private Draws(long state) {
    this.state = state;
  }

  /**
   * Returns the generator of a key.
   *
   * @param seed the run's seed
   * @param purpose what the values are for, from {@link #purpose(String)}
   * @param epoch the epoch or step, any value
   * @param index the sample's index, any value
   */
  public static Draws keyed(long seed, long purpose, long epoch, long index) {
    long key = absorb(seed, purpose);
    key = absorb(key, epoch);
    return new Draws(absorb(key, index));
  }

  /**
   * Returns the generator itself if it is of this kind, else a new one that starts where it stands:
   * for whoever is given any generator and needs a distribution of this class.
   */
  public static Draws from(RandomGenerator random) {
    return random instanceof Draws draws ? draws : new Draws(random.nextLong());
  }

  /** Returns the number that stands for a purpose: the FNV-1a hash of its name's characters. */
  public static long purpose(String name) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < name.length(); i++) {
      hash = (hash ^ name.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /**
   * Returns 0 … {@code size - 1} in random order, every order being equally likely (Fisher-Yates).
   */
  public int[] permutation(int size) {
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      int j = nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }

  @Override
  public long nextLong() {
    state += GOLDEN;
    return mix(state);
  }

  @Override
  public int nextInt() {
    return (int) (nextLong() >>> 32);
  }

  /** Returns an unbiased value in [0, bound): multiply and shift, with Lemire's rejection. */
  @Override
  public int nextInt(int bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound=" + bound + " must be positive");
    }
    long product = (nextInt() & 0xffffffffL) * bound;
    if ((product & 0xffffffffL) < bound) {
      long threshold = (1L << 32) % bound;
      while ((product & 0xffffffffL) < threshold) {
        product = (nextInt() & 0xffffffffL) * bound;
      }
    }
    return (int) (product >>> 32);
  }

  /** Returns an unbiased value in [origin, bound); their difference must fit an int. */
  @Override
  public int nextInt(int origin, int bound) {
    return origin + nextInt(Math.subtractExact(bound, origin));
  }

  @Override
  public boolean nextBoolean() {
    return nextLong() < 0;
  }

  @Override
  public float nextFloat() {
    return (nextLong() >>> 40) * 0x1p-24f;
  }

  @Override
  public double nextDouble() {
    return (nextLong() >>> 11) * 0x1p-53;
  }

  /** Returns a value in [origin, bound), or {@code origin} where the two are equal. */
  @Override
  public double nextDouble(double origin, double bound) {
    return origin + (bound - origin) * nextDouble();
  }

  /** Returns a standard normal value by Marsaglia's polar method. */
  @Override
  public double nextGaussian() {
    if (!Double.isNaN(spareGaussian)) {
      double value = spareGaussian;
      spareGaussian = Double.NaN;
      return value;
    }
    double x;
    double y;
    double square;
    do {
      x = 2 * nextDouble() - 1;
      y = 2 * nextDouble() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square == 0);
    double factor = Math.sqrt(-2 * StrictMath.log(square) / square);
    spareGaussian = y * factor;
    return x * factor;
  }

  /**
   * Returns a value of the beta distribution, in [0, 1]: X / (X + Y) with X and Y of the gamma
   * distribution (Marsaglia and Tsang, "A simple method for generating gamma variables", ACM TOMS
   * 26, 2000). It goes through logarithms, so that tiny parameters give 0 or 1 and not 0 / 0.
   */
  public double nextBeta(double alpha, double beta) {
    double x = logGamma(alpha);
    double y = logGamma(beta);
    return 1 / (1 + StrictMath.exp(y - x));
  }

  /** Fills an array with shares that sum to 1: the symmetric Dirichlet distribution. */
  public void nextDirichlet(double alpha, double[] shares) {
    double largest = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < shares.length; i++) {
      shares[i] = logGamma(alpha);
      largest = Math.max(largest, shares[i]);
    }
    double sum = 0;
    for (int i = 0; i < shares.length; i++) {
      shares[i] = StrictMath.exp(shares[i] - largest);
      sum += shares[i];
    }
    for (int i = 0; i < shares.length; i++) {
      shares[i] /= sum;
    }
  }

  /** The logarithm of a gamma variable; below shape 1 by G(a) = G(a + 1) · U^(1/a). */
  private double logGamma(double shape) {
    if (!(shape > 0)) {
      throw new IllegalArgumentException("shape=" + shape + " must be above 0");
    }
    double boost = 0;
    double above = shape;
    if (shape < 1) {
      boost = StrictMath.log(1 - nextDouble()) / shape;
      above = shape + 1;
    }
    double d = above - 1.0 / 3;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double x = nextGaussian();
      double v = 1 + c * x;
      v = v * v * v;
      if (v > 0
          && StrictMath.log(1 - nextDouble()) < 0.5 * x * x + d - d * v + d * StrictMath.log(v)) {
        return StrictMath.log(d * v) + boost;
      }
    }
  }

  private static long absorb(long key, long word) {
    return mix(mix(key + GOLDEN) + word);
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
