package io.kitbag.augment;

import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.mix.Mix;
import io.kitbag.augment.sampler.Sampler;
import io.kitbag.augment.sampler.Sequential;
import io.kitbag.augment.sampler.Shuffled;
import io.kitbag.augment.transform.CenterCrop;
import io.kitbag.augment.transform.ColorJitter;
import io.kitbag.augment.transform.HorizontalFlip;
import io.kitbag.augment.transform.PadCrop;
import io.kitbag.augment.transform.PcaLighting;
import io.kitbag.augment.transform.RandomResizedCrop;
import io.kitbag.augment.transform.Resize;
import io.kitbag.augment.transform.Transform;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link Pipeline}. Transforms apply in the order in which they are added.
 *
 * <p>Not thread-safe.
 */
public final class PipelineBuilder {
  final ImageDataset dataset;
  final List<Transform> transforms = new ArrayList<>();
  int batchSize = 128;
  long seed;
  int workers = 1;
  int prefetch;
  boolean dropLast;
  CorruptPolicy onCorrupt = CorruptPolicy.SKIP;
  Decode decode = Decode.EXACT;
  @Nullable Mix mix;
  int mixBeforeEpoch;

  private boolean shuffle;
  private @Nullable Sampler sampler;
  private int rank;
  private int world = 1;

  PipelineBuilder(ImageDataset dataset) {
    this.dataset = dataset;
  }

  /** Adds a transform. */
  public PipelineBuilder then(Transform transform) {
    transforms.add(transform);
    return this;
  }

  /** Adds {@link RandomResizedCrop#torchvision}. */
  public PipelineBuilder randomResizedCrop(int size) {
    return then(RandomResizedCrop.torchvision(size));
  }

  /** Adds {@link PadCrop#cifar}. */
  public PipelineBuilder padCrop(int size) {
    return then(PadCrop.cifar(size));
  }

  /** Adds {@link HorizontalFlip#half}. */
  public PipelineBuilder flip() {
    return then(HorizontalFlip.half());
  }

  /** Adds {@link ColorJitter#gluonCv(double)}. */
  public PipelineBuilder jitter(double strength) {
    return then(ColorJitter.gluonCv(strength));
  }

  /** Adds {@link PcaLighting}. */
  public PipelineBuilder lighting(double alphaStd) {
    return then(new PcaLighting(alphaStd));
  }

  /** Adds {@link Resize#beforeCrop} and {@link CenterCrop}: the transforms of validation. */
  public PipelineBuilder centerCrop(int size) {
    return then(Resize.beforeCrop(size)).then(new CenterCrop(size));
  }

  /** Mixes the images of every batch; by default they are not mixed. */
  public PipelineBuilder mix(Mix how) {
    return mix(how, Integer.MAX_VALUE);
  }

  /** Mixes the images of every batch in the epochs 0 … {@code beforeEpoch} − 1. */
  public PipelineBuilder mix(Mix how, int beforeEpoch) {
    mix = how;
    mixBeforeEpoch = beforeEpoch;
    return this;
  }

  /** Sets the number of images in a batch; 128 by default. */
  public PipelineBuilder batchSize(int images) {
    batchSize = atLeastOne("batchSize", images);
    return this;
  }

  /** Sets the seed of order and augmentation; 0 by default. */
  public PipelineBuilder seed(long value) {
    seed = value;
    return this;
  }

  /** Sets the number of worker threads; 1 by default. It does not change the batches. */
  public PipelineBuilder workers(int threads) {
    workers = atLeastOne("workers", threads);
    return this;
  }

  /**
   * Sets how many batches may be in the making or waiting; two more than the workers by default.
   * Fewer than the workers leaves some of them idle. Each costs 3 × height × width × batch size
   * bytes of direct memory.
   */
  public PipelineBuilder prefetch(int batches) {
    prefetch = atLeastOne("prefetch", batches);
    return this;
  }

  /** Shuffles every epoch anew and drops an incomplete last batch: what training wants. */
  public PipelineBuilder forTraining() {
    return shuffle(true).dropLast(true);
  }

  /** Sets whether every epoch has a random order of its own; by default images come by index. */
  public PipelineBuilder shuffle(boolean on) {
    shuffle = on;
    return this;
  }

  /** Sets which images an epoch shows, in place of {@link #shuffle}. */
  public PipelineBuilder sampler(Sampler indices) {
    sampler = indices;
    return this;
  }

  /**
   * Shares every epoch among processes: this one gets {@link Sampler#shard}. By default it gets all
   * images.
   *
   * @param part which process, from 0
   * @param parts how many processes
   */
  public PipelineBuilder shard(int part, int parts) {
    rank = part;
    world = parts;
    return this;
  }

  /** Sets whether an incomplete last batch is left out; by default it is kept. */
  public PipelineBuilder dropLast(boolean on) {
    dropLast = on;
    return this;
  }

  /** Sets what happens at corrupt images; {@link CorruptPolicy#SKIP} by default. */
  public PipelineBuilder onCorrupt(CorruptPolicy policy) {
    onCorrupt = policy;
    return this;
  }

  /** Sets how JPEGs are decoded; {@link Decode#EXACT} by default. */
  public PipelineBuilder decode(Decode way) {
    decode = way;
    return this;
  }

  /** Returns the pipeline described so far. */
  public Pipeline build() {
    return new Pipeline(this);
  }

  Sampler sampler() {
    Sampler all = sampler;
    if (all == null) {
      all = shuffle ? new Shuffled(dataset.size(), seed) : new Sequential(dataset.size());
    }
    return all.shard(rank, world);
  }

  private static int atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + "=" + value + " must be at least 1");
    }
    return value;
  }
}
