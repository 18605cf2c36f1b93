package io.kitbag.bench.pipeline;

import io.kitbag.augment.Decode;
import io.kitbag.augment.EpochBatches;
import io.kitbag.augment.data.DataLocation;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.data.ImageFolder;
import io.kitbag.augment.random.Draws;
import java.io.IOException;

/**
 * One contender that loads image after image with one worker, for as long as somebody asks: the
 * work of {@link PipelineBench} without its processes. Not thread-safe.
 */
public abstract sealed class SerialLoading implements AutoCloseable {
  /** Images that can be loaded, more than anybody measures: a quarter of an hour at 1 ms each. */
  private static final int EPOCH = 1 << 20;

  private static final long CHANGES = Draws.purpose("bench changes");

  private SerialLoading() {}

  /**
   * Opens one that runs in Java.
   *
   * @param photos are first packed, or put into tar files, if the contender loads those
   * @param size side of the crops in pixels
   * @param batch images that {@link #next} loads
   */
  public static SerialLoading of(Contender contender, Photos photos, int size, int batch)
      throws IOException {
    return switch (contender) {
      case KITBAG_FAST -> new Kitbag(ImageFolder.of(photos.train()), Decode.FAST, size, batch);
      case KITBAG_EXACT -> new Kitbag(ImageFolder.of(photos.train()), Decode.EXACT, size, batch);
      case KITBAG_SHARDS -> {
        photos.shard();
        yield new Kitbag(DataLocation.of(photos.shards()).openTrain(), Decode.FAST, size, batch);
      }
      case KITBAG_PACKED -> {
        photos.pack();
        yield new Kitbag(DataLocation.of(photos.packed()).openTrain(), Decode.FAST, size, batch);
      }
      case IMAGEIO -> new ImageIo(ImageFolder.of(photos.train()), size, batch);
      case TORCHVISION, OPENCV, OPENCV_AREA, WEBDATASET, DALI, FFCV ->
          throw new IllegalArgumentException(contender.label() + " runs in Python");
    };
  }

  /** Loads a batch. */
  public abstract void next();

  @Override
  public abstract void close();

  private static final class Kitbag extends SerialLoading {
    private final EpochBatches batches;

    Kitbag(ImageDataset data, Decode decode, int size, int batch) {
      batches =
          Work.pipeline(data, size)
              .sampler(new Cycled(data.size(), EPOCH))
              .dropLast(true)
              .batchSize(batch)
              .workers(1)
              .decode(decode)
              .build()
              .epoch(0);
    }

    @Override
    public void next() {
      batches.next().close();
    }

    @Override
    public void close() {
      batches.close();
    }
  }

  private static final class ImageIo extends SerialLoading {
    private final ImageIoHand hand;
    private final int photos;
    private final int batch;
    private int loaded;

    ImageIo(ImageFolder data, int size, int batch) {
      this.hand = new ImageIoHand(data, size);
      this.photos = data.size();
      this.batch = batch;
    }

    @Override
    public void next() {
      for (int i = 0; i < batch; i++, loaded++) {
        hand.load(loaded % photos, Draws.keyed(0, CHANGES, 0, loaded));
      }
    }

    @Override
    public void close() {
      hand.close();
    }
  }
}
