package io.kitbag.augment;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.Batchifier;
import ai.djl.util.Progress;
import io.kitbag.augment.mix.MixedLabels;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A pipeline as a DJL data set, for DJL's own trainer and for any loop over batches.
 *
 * <p>Each call of {@code getData} is the next epoch, from 0. A batch has one array of images (N, 3,
 * H, W) and one of labels: int64 (N), or float32 (N, K) with the probabilities of a mixed batch.
 * Images are uint8 as the workers wrote them, or float32 in [0, 1] as DJL's {@code ToTensor} makes
 * them; normalising is left to the network or the caller.
 *
 * <p>Whoever iterates closes each batch, as {@code EasyTrain.fit} does; that frees its arrays and
 * gives its buffer back to the workers. On a CPU uint8 images are read in that buffer, so nothing
 * may use them after that. An iteration that is given up early ends when the manager closes that
 * was given to {@code getData}. The executor that DJL offers is not used: the pipeline has its own
 * workers, so that batches do not depend on how many there are.
 *
 * <p>Thread-safe, but each iteration is for one thread.
 */
public final class PipelineDataset implements Dataset {
  private static final float MAX = 255;

  private final Pipeline pipeline;
  private final DataType pixels;
  private final AtomicInteger nextEpoch = new AtomicInteger();

  private PipelineDataset(Pipeline pipeline, DataType pixels) {
    this.pipeline = pipeline;
    this.pixels = pixels;
  }

  /**
   * Wraps a pipeline.
   *
   * @param pixels the type of the images: {@link DataType#UINT8} for 0-255 or {@link
   *     DataType#FLOAT32} for 0-1
   */
  public static PipelineDataset of(Pipeline pipeline, DataType pixels) {
    if (pixels != DataType.UINT8 && pixels != DataType.FLOAT32) {
      throw new IllegalArgumentException("pixels=" + pixels + " must be UINT8 or FLOAT32");
    }
    return new PipelineDataset(pipeline, pixels);
  }

  /** Does nothing: the data set was opened with the pipeline. */
  @Override
  public void prepare(Progress progress) {}

  /**
   * Returns the batches of the next epoch.
   *
   * @param manager on whose device the arrays are, and by whose closing they end
   */
  @Override
  public Iterable<Batch> getData(NDManager manager) {
    int epoch = nextEpoch.getAndIncrement();
    return () -> new Batches(pipeline.epoch(epoch), manager);
  }

  @Override
  public Iterable<Batch> getData(NDManager manager, ExecutorService unused) {
    return getData(manager);
  }

  /** The batches of an epoch; the manager closes it if nobody iterates to the end. */
  private final class Batches implements Iterator<Batch> {
    private final EpochBatches batches;
    private final NDManager manager;
    private final String id = UUID.randomUUID().toString();

    Batches(EpochBatches batches, NDManager manager) {
      this.batches = batches;
      this.manager = manager;
      manager.attachInternal(id, batches);
    }

    @Override
    public boolean hasNext() {
      if (!batches.hasNext()) {
        manager.detachInternal(id);
        batches.close();
        return false;
      }
      return true;
    }

    @Override
    public Batch next() {
      ImageBatch images = batches.next();
      NDManager owner = manager.newSubManager();
      try {
        return new PipelineBatch(
            images, owner, images(images, owner), labels(images, owner), pipeline);
      } catch (RuntimeException | Error e) {
        owner.close();
        images.close();
        throw e;
      }
    }
  }

  private NDList images(ImageBatch batch, NDManager owner) {
    if (pixels == DataType.UINT8 && !owner.getDevice().isGpu()) {
      return new NDList(batch.toNDArray(owner));
    }
    try (NDManager host = owner.newSubManager(Device.cpu())) {
      // The copy of the bytes is a quarter of the floats, so it is they that go to the device.
      NDArray bytes = batch.toNDArray(host).toDevice(owner.getDevice(), false);
      bytes.attach(host);
      NDArray images = bytes;
      if (pixels == DataType.FLOAT32) {
        images = bytes.toType(DataType.FLOAT32, true);
        images.divi(MAX);
      }
      images.attach(owner);
      return new NDList(images);
    }
  }

  private NDList labels(ImageBatch batch, NDManager owner) {
    Optional<MixedLabels> mixed = batch.mixedLabels();
    if (mixed.isPresent()) {
      int classes = pipeline.dataset().classes().size();
      float[] targets = mixed.get().targets(classes);
      return new NDList(owner.create(targets, new Shape(batch.size(), classes)));
    }
    return new NDList(owner.create(Arrays.stream(batch.labels()).asLongStream().toArray()));
  }

  /** A batch that gives its buffer back after its arrays are gone. */
  private static final class PipelineBatch extends Batch {
    private final ImageBatch images;

    PipelineBatch(
        ImageBatch images, NDManager owner, NDList data, NDList labels, Pipeline pipeline) {
      super(
          owner,
          data,
          labels,
          images.size(),
          Batchifier.STACK,
          Batchifier.STACK,
          images.number() + 1L,
          pipeline.batchesPerEpoch(),
          Arrays.stream(images.indices()).mapToObj(Long::valueOf).toList());
      this.images = images;
    }

    @Override
    public void close() {
      super.close();
      images.close();
    }
  }
}
