package io.kitbag.bench.pipeline;

import io.kitbag.augment.Decode;
import io.kitbag.augment.EpochBatches;
import io.kitbag.augment.ImageBatch;
import io.kitbag.augment.Pipeline;
import io.kitbag.augment.data.DataLocation;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.data.ImageFolder;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.train.telemetry.Provenance;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Kitbag's own pipeline, as training uses it. */
final class KitbagLoader implements Loader {
  private final LoaderSetting setting;
  private final ImageDataset data;
  private final Decode decode;

  /** By workers; kept as in training, since their buffers are. */
  private final Map<Integer, Pipeline> pipelines = new HashMap<>();

  private int epoch;

  KitbagLoader(LoaderSetting setting) {
    this.setting = setting;
    this.data =
        switch (setting.contender()) {
          case KITBAG_SHARDS -> DataLocation.of(Path.of(setting.shards())).openTrain();
          case KITBAG_PACKED -> DataLocation.of(Path.of(setting.packed())).openTrain();
          default -> ImageFolder.of(Path.of(setting.photos()));
        };
    this.decode = setting.contender() == Contender.KITBAG_EXACT ? Decode.EXACT : Decode.FAST;
  }

  @Override
  public String versions() {
    Provenance provenance =
        Provenance.collect(0, "", new Provenance.EngineVersions("", ""), Instant.EPOCH);
    return "Kitbag " + provenance.kitbag() + ", " + provenance.jdk();
  }

  @Override
  public void load(int workers, int images) {
    Pipeline pipeline = pipelines.get(workers);
    if (pipeline == null || pipeline.batchesPerEpoch() * setting.batch() != images) {
      pipeline = pipeline(data, workers, images);
      pipelines.put(workers, pipeline);
    }
    run(pipeline);
  }

  private Pipeline pipeline(ImageDataset source, int workers, int images) {
    return Work.pipeline(source, setting.size())
        .sampler(new Cycled(source.size(), images))
        .dropLast(true)
        .batchSize(setting.batch())
        .workers(workers)
        .seed(setting.seed())
        .decode(decode)
        .build();
  }

  private void run(Pipeline pipeline) {
    try (EpochBatches batches = pipeline.epoch(epoch++)) {
      while (batches.hasNext()) {
        batches.next().close();
      }
    }
  }

  @Override
  public long allocation(int images) {
    HeapCount count = new HeapCount();
    run(pipeline(new Counted(data, count), 1, images));
    return count.bytesPerImage();
  }

  /** The pipeline's own decisions of epoch 0; the changes are those, too. */
  @Override
  public byte[] sample(List<Change> changes) {
    int length = 3 * setting.size() * setting.size();
    byte[] pixels = new byte[Math.multiplyExact(length, changes.size())];
    Pipeline pipeline =
        Work.pipeline(data, setting.size())
            .batchSize(1)
            .seed(setting.seed())
            .decode(decode)
            .build();
    try (EpochBatches batches = pipeline.epoch(0)) {
      for (int i = 0; i < changes.size(); i++) {
        try (ImageBatch batch = batches.next()) {
          batch.pixelsNCHW().get(pixels, i * length, length);
        }
      }
    }
    return pixels;
  }

  @Override
  public void close() {
    pipelines.clear();
  }

  /** Tells a {@link HeapCount} of each image that is read. */
  private record Counted(ImageDataset source, HeapCount count) implements ImageDataset {
    @Override
    public int size() {
      return source.size();
    }

    @Override
    public List<String> classes() {
      return source.classes();
    }

    @Override
    public int label(int index) {
      return source.label(index);
    }

    @Override
    public String name(int index) {
      return source.name(index);
    }

    @Override
    public void read(int index, PixelImage target) throws CorruptImageException {
      source.read(index, target);
    }

    @Override
    public boolean readEncoded(int index, EncodedImage target) throws CorruptImageException {
      count.image();
      return source.readEncoded(index, target);
    }
  }
}
