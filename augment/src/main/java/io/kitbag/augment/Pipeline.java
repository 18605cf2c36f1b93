package io.kitbag.augment;

import io.kitbag.augment.data.DatasetException;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.mix.BatchMixer;
import io.kitbag.augment.mix.Mix;
import io.kitbag.augment.mix.MixedLabels;
import io.kitbag.augment.random.Draws;
import io.kitbag.augment.sampler.Sampler;
import io.kitbag.augment.transform.EpochTransform;
import io.kitbag.augment.transform.Transform;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * A data set, transforms, and how they become batches.
 *
 * <pre>{@code
 * Pipeline train = Pipeline.of(data).randomResizedCrop(224).flip().batchSize(256).build();
 * try (EpochBatches batches = train.epoch(0)) {
 *   while (batches.hasNext()) {
 *     try (ImageBatch batch = batches.next()) {
 *       step(batch.toNDArray(manager), batch.labels());
 *     }
 *   }
 * }
 * }</pre>
 *
 * <p>The order of an epoch is a pure function of (seed, epoch), and every random number of a
 * transform one of (seed, epoch, index of the image and how often it came before, name of the
 * transform); those of mixing are one of (seed, epoch, number of the batch). The same batches come
 * whatever the number of workers, and an epoch can be entered at any batch.
 *
 * <p>Thread-safe, but an {@link EpochBatches} is for one consumer. Buffers are kept from epoch to
 * epoch: reuse the pipeline.
 */
public final class Pipeline {
  private static final long MIX = Draws.purpose("mix");
  private static final int EVERY_EPOCH = -1;
  private static final int WAITING = 2;
  private static final int HELD_BY_CONSUMER = 2;

  private final ImageDataset dataset;
  private final List<Transform> transforms;
  private final long[] purposes;
  private final int batchSize;
  private final long seed;
  private final int workers;
  private final int prefetch;
  private final Sampler sampler;
  private final boolean dropLast;
  private final CorruptPolicy onCorrupt;
  private final Decode decode;
  private final @Nullable Mix mix;
  private final int mixBeforeEpoch;
  private final BufferPool pool;
  private final Map<Integer, CorruptImage> corrupt = new ConcurrentSkipListMap<>();

  Pipeline(PipelineBuilder options) {
    this.dataset = options.dataset;
    this.transforms = List.copyOf(options.transforms);
    this.purposes = purposes(transforms);
    this.batchSize = options.batchSize;
    this.seed = options.seed;
    this.workers = options.workers;
    this.prefetch = options.prefetch == 0 ? options.workers + WAITING : options.prefetch;
    this.sampler = options.sampler();
    this.dropLast = options.dropLast;
    this.onCorrupt = options.onCorrupt;
    this.decode = options.decode;
    this.mix = options.mix;
    this.mixBeforeEpoch = options.mixBeforeEpoch;
    this.pool = new BufferPool(prefetch + HELD_BY_CONSUMER);
  }

  /** Starts the description of a pipeline over a data set. */
  public static PipelineBuilder of(ImageDataset dataset) {
    return new PipelineBuilder(dataset);
  }

  /**
   * Starts making the batches of an epoch, from the first.
   *
   * @throws DatasetException if there is not a single batch
   */
  public EpochBatches epoch(int epoch) {
    return epoch(epoch, 0);
  }

  /**
   * Starts making the batches of an epoch, from any batch.
   *
   * @param firstBatch 0 to {@link #batchesPerEpoch()}, which gives an epoch without batches
   * @throws DatasetException if there is not a single batch in an epoch
   */
  public EpochBatches epoch(int epoch, int firstBatch) {
    int batches = batchesPerEpoch();
    if (batches == 0) {
      throw new DatasetException(
          String.format(
              "batch size %d exceeds the %d images of an epoch; lower it",
              batchSize, sampler.size()));
    }
    if (firstBatch < 0 || firstBatch > batches) {
      throw new IllegalArgumentException(
          "firstBatch=" + firstBatch + " is not in 0 … " + batches + ", the batches of an epoch");
    }
    return new EpochBatches(this, epoch, firstBatch).start();
  }

  /** Returns the number of batches in an epoch; 0 if only an incomplete one would be dropped. */
  public int batchesPerEpoch() {
    return dropLast
        ? sampler.size() / batchSize
        : (int) (((long) sampler.size() + batchSize - 1) / batchSize);
  }

  /** Returns the indices of an epoch's images in their order. */
  public int[] order(int epoch) {
    return sampler.order(epoch);
  }

  /** Applies the transforms to an image as they are applied when it first comes in an epoch. */
  public void transform(PixelImage image, int epoch, int index) {
    transform(image, epoch, index, 0);
  }

  /**
   * Applies the transforms to an image as they are applied in an epoch.
   *
   * @param repeat how often the image came before in this epoch: each time it looks different
   */
  public void transform(PixelImage image, int epoch, int index, int repeat) {
    transform(image, 0, epoch, index, repeat);
  }

  /** Applies the transforms from {@code first} on. */
  void transform(PixelImage image, int first, int epoch, int index, int repeat) {
    int i = first;
    while (i < purposes.length) {
      if (transforms.get(i) instanceof EpochTransform steady) {
        steady.apply(image, draws(i, EVERY_EPOCH, index, repeat), epoch);
        i++;
      } else {
        i = Transform.applyAt(transforms, i, image, draws(i, epoch, index, repeat));
      }
    }
  }

  /** Returns the random numbers of one transform for one image. */
  Draws draws(int transform, int epoch, int index, int repeat) {
    long key = (long) repeat << Integer.SIZE | index;
    return Draws.keyed(seed, purposes[transform], epoch, key);
  }

  /** Mixes a batch as the pipeline says; null if it does not mix in this epoch. */
  @Nullable MixedLabels mix(
      BatchMixer mixer,
      ByteBuffer pixelsNchw,
      int[] labels,
      int height,
      int width,
      int epoch,
      int number) {
    if (mix == null || epoch >= mixBeforeEpoch) {
      return null;
    }
    Draws random = Draws.keyed(seed, MIX, epoch, number);
    return mixer.mix(mix, pixelsNchw, labels, height, width, random);
  }

  /** Returns the images that could not be read so far, each once, by index. */
  public List<CorruptImage> corruptImages() {
    return List.copyOf(corrupt.values());
  }

  /** Returns the data set. */
  public ImageDataset dataset() {
    return dataset;
  }

  /** Returns the number of images of a complete batch. */
  public int batchSize() {
    return batchSize;
  }

  /** Returns how many buffers are with workers, waiting, or with the consumer. */
  public int buffersInUse() {
    return pool.borrowed();
  }

  List<Transform> transforms() {
    return transforms;
  }

  Decode decode() {
    return decode;
  }

  int workers() {
    return workers;
  }

  int prefetch() {
    return prefetch;
  }

  CorruptPolicy onCorrupt() {
    return onCorrupt;
  }

  BufferPool pool() {
    return pool;
  }

  void recordCorrupt(CorruptImage image) {
    corrupt.putIfAbsent(image.index(), image);
  }

  private static long[] purposes(List<Transform> transforms) {
    Map<String, Integer> seen = new HashMap<>();
    List<Long> purposes = new ArrayList<>();
    for (Transform transform : transforms) {
      int occurrence = seen.merge(transform.purpose(), 1, Integer::sum);
      purposes.add(Draws.purpose("transform " + transform.purpose() + " " + occurrence));
    }
    return purposes.stream().mapToLong(Long::longValue).toArray();
  }
}
