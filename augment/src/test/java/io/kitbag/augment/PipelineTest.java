package io.kitbag.augment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.kitbag.augment.data.BuiltIn;
import io.kitbag.augment.data.CachedDataset;
import io.kitbag.augment.data.DataLocation;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.data.Stratified;
import io.kitbag.augment.data.Subset;
import io.kitbag.augment.data.TestData;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.sampler.ClassBalanced;
import io.kitbag.augment.sampler.Sampler;
import io.kitbag.augment.sampler.ShardShuffled;
import io.kitbag.augment.sampler.Shuffled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PipelineTest {
  @TempDir Path folder;

  private record Seen(int number, List<Integer> indices, List<Integer> labels, ByteBuffer pixels) {}

  @Test
  void anyNumberOfWorkersGivesTheSameBytesForEveryKindOfData() throws IOException {
    datasets()
        .forEach(
            (name, data) -> {
              List<Seen> one = all(training(data, 1).epoch(3));
              assertThat(one).as(name).hasSize(data.size() / 5);
              assertThat(all(training(data, 2).epoch(3))).as(name + " 2 workers").isEqualTo(one);
              assertThat(all(training(data, 7).epoch(3))).as(name + " 7 workers").isEqualTo(one);
            });
  }

  @Test
  void anEpochEnteredInTheMiddleGivesTheRestOfItForEveryKindOfData() throws IOException {
    datasets()
        .forEach(
            (name, data) -> {
              Pipeline pipeline = training(data, 2);
              List<Seen> whole = all(pipeline.epoch(1));
              for (int first = 0; first <= whole.size(); first++) {
                assertThat(all(training(data, 3).epoch(1, first)))
                    .as("%s from batch %d", name, first)
                    .isEqualTo(whole.subList(first, whole.size()));
              }
              assertThat(all(pipeline.epoch(2))).as(name).isNotEqualTo(whole);
            });
  }

  @Test
  void theWayOfSamplingChangesNothingAboutThat() throws IOException {
    ImageDataset data = datasets().get("WebDataset");
    List<Sampler> samplers =
        List.of(
            ShardShuffled.of(data.shardSizes(), 2, 4, 11),
            ClassBalanced.of(data.labels(), 11),
            ClassBalanced.of(data.labels(), 11).shard(1, 2),
            ShardShuffled.of(data.shardSizes(), 2, 4, 11).shard(1, 2));
    for (Sampler sampler : samplers) {
      List<Seen> whole = all(training(data, 1, sampler).epoch(1));
      assertThat(whole).hasSize(sampler.size() / 5);
      assertThat(all(training(data, 7, sampler).epoch(1))).isEqualTo(whole);
      assertThat(all(training(data, 2, sampler).epoch(1, 1)))
          .isEqualTo(whole.subList(1, whole.size()));
    }
  }

  @Test
  void anImageThatComesAgainInAnEpochLooksDifferent() {
    Sampler twice =
        new Sampler() {
          @Override
          public int size() {
            return 2;
          }

          @Override
          public int[] order(int epoch) {
            return new int[] {3, 3};
          }
        };
    Pipeline pipeline =
        Pipeline.of(BuiltIn.test(0, 4)).randomResizedCrop(16).sampler(twice).build();
    try (EpochBatches batches = pipeline.epoch(0);
        ImageBatch batch = batches.next()) {
      ByteBuffer pixels = batch.pixelsNCHW();
      int half = pixels.remaining() / 2;
      assertThat(pixels.slice(0, half)).isNotEqualTo(pixels.slice(half, half));
      PixelImage first = new PixelImage();
      BuiltIn.test(0, 4).read(3, first);
      pipeline.transform(first, 0, 3);
      assertThat(pixels.get(0))
          .as("the first time as without repeats")
          .isEqualTo(first.pixels()[0]);
    }
  }

  @Test
  void processesShareAnEpoch() {
    List<Integer> seen = new ArrayList<>();
    for (int rank = 0; rank < 3; rank++) {
      Pipeline pipeline =
          Pipeline.of(BuiltIn.test(0, 23)).shuffle(true).shard(rank, 3).batchSize(2).build();
      assertThat(pipeline.batchesPerEpoch()).isEqualTo(4);
      seen.addAll(indices(all(pipeline.epoch(0))));
    }
    assertThat(seen).hasSize(21).doesNotHaveDuplicates();
  }

  @Test
  void everyEpochShowsEveryImageOnceInAnOrderOfItsOwn() {
    Pipeline pipeline = Pipeline.of(BuiltIn.test(0, 23)).batchSize(5).shuffle(true).build();
    List<Integer> first = indices(all(pipeline.epoch(0)));
    assertThat(first).hasSize(23).doesNotHaveDuplicates();
    assertThat(indices(all(pipeline.epoch(1)))).isNotEqualTo(first).hasSameElementsAs(first);
    assertThat(first).containsExactlyElementsOf(boxed(pipeline.order(0)));
  }

  @Test
  void withoutOptionsImagesComeByIndexAndTheLastBatchIsSmaller() {
    BuiltIn data = BuiltIn.test(0, 23);
    Pipeline pipeline = Pipeline.of(data).batchSize(5).workers(2).build();
    List<Seen> seen = all(pipeline.epoch(0));
    assertThat(indices(seen)).containsExactlyElementsOf(IntStream.range(0, 23).boxed().toList());
    assertThat(seen).hasSize(5).hasSize(pipeline.batchesPerEpoch());
    assertThat(seen.get(4).labels).containsExactly(0, 1, 2);
    assertThat(all(Pipeline.of(data).batchSize(5).dropLast(true).build().epoch(0))).hasSize(4);
  }

  @Test
  void batchesHoldTheImagesAsPlanes() {
    BuiltIn data = BuiltIn.test(0, 6);
    PixelImage image = new PixelImage();
    try (EpochBatches batches = Pipeline.of(data).batchSize(6).build().epoch(0);
        ImageBatch batch = batches.next()) {
      assertThat(List.of(batch.size(), batch.height(), batch.width())).containsExactly(6, 32, 32);
      ByteBuffer pixels = batch.pixelsNCHW();
      assertThat(pixels.isDirect()).isTrue();
      assertThat(pixels.remaining()).isEqualTo(6 * 3 * 1024);
      for (int n = 0; n < 6; n++) {
        data.read(n, image);
        for (int c = 0; c < 3; c++) {
          for (int y = 0; y < 32; y++) {
            for (int x = 0; x < 32; x++) {
              int actual = pixels.get(((n * 3 + c) * 32 + y) * 32 + x) & 0xff;
              assertThat(actual).isEqualTo(image.get(x, y, c));
            }
          }
        }
      }
    }
  }

  @Test
  void arraysAliasTheBatch() {
    try (NDManager manager = NDManager.newBaseManager();
        EpochBatches batches = Pipeline.of(BuiltIn.test(0, 4)).batchSize(4).build().epoch(0);
        ImageBatch batch = batches.next()) {
      NDArray array = batch.toNDArray(manager);
      assertThat(array.getShape()).isEqualTo(new Shape(4, 3, 32, 32));
      assertThat(array.getDataType()).isEqualTo(DataType.UINT8);
      byte[] expected = new byte[4 * 3 * 1024];
      batch.pixelsNCHW().get(expected);
      assertThat(array.toByteArray()).isEqualTo(expected);
      batch.pixelsNCHW().put(5, (byte) ~expected[5]);
      assertThat(array.toByteArray()[5]).as("no copy").isEqualTo((byte) ~expected[5]);
    }
  }

  @Test
  void addingATransformDoesNotChangeTheDrawsOfOthers() {
    List<Double> alone = new ArrayList<>();
    List<Double> withFlip = new ArrayList<>();
    BuiltIn data = BuiltIn.test(0, 4);
    Pipeline.of(data)
        .then((image, random) -> alone.add(random.nextDouble()))
        .build()
        .transform(new PixelImage(), 1, 2);
    Pipeline.of(data)
        .flip()
        .then((image, random) -> withFlip.add(random.nextDouble()))
        .then((image, random) -> withFlip.add(random.nextDouble()))
        .build()
        .transform(new PixelImage(), 1, 2);
    assertThat(withFlip.get(0)).isEqualTo(alone.get(0)).isNotEqualTo(withFlip.get(1));
  }

  private Map<String, ImageDataset> datasets() throws IOException {
    Map<String, ImageDataset> datasets = new LinkedHashMap<>();
    datasets.put("built-in", BuiltIn.train(5, 33));
    TestData.writeCifarTen(folder.resolve("ten"), 5);
    datasets.put("CIFAR-10", DataSplit.open(folder.resolve("ten")).train());
    TestData.writeCifarHundred(folder.resolve("hundred"), 21);
    datasets.put("CIFAR-100", DataSplit.open(folder.resolve("hundred")).train());
    for (int i = 0; i < 17; i++) {
      Path file = folder.resolve("images/" + (i % 3) + "/" + i + ".png");
      TestData.writePng(file, 20 + i, 40 - i);
    }
    ImageDataset images = TestData.folder(folder.resolve("images"));
    datasets.put("folder", images);
    datasets.put("cached folder", CachedDataset.of(images, 20_000));
    TestData.writeMnist(folder.resolve("mnist"), 23);
    datasets.put("IDX", DataSplit.open(folder.resolve("mnist")).train());
    datasets.put("IDX through gzip", DataSplit.open(folder.resolve("mnist")).validation());
    TestData.writeTar(folder.resolve("tars/train-0.tar"), 0, 9);
    TestData.writeTar(folder.resolve("tars/train-1.tar"), 9, 13);
    datasets.put("WebDataset", DataLocation.of(folder.resolve("tars")).openTrain());
    Path csv = folder.resolve("manifest.csv");
    Files.writeString(csv, "path,label\nimages/0/0.png,x\nimages/1/1.png,y\nimages/2/2.png,x\n");
    Path json = folder.resolve("manifest.jsonl");
    Files.writeString(json, "{\"path\": \"images/0/0.png\", \"label\": \"x\"}\n".repeat(7));
    datasets.put("JSON table", DataLocation.of(json).openTrain());
    ImageDataset few = DataLocation.of(csv).openTrain();
    datasets.put("CSV table", Subset.of(few, new int[] {0, 1, 2, 0, 1, 2}));
    datasets.put("stratified subset", Stratified.share(images, 0.6, 4));
    return datasets;
  }

  private static Pipeline training(ImageDataset data, int workers) {
    return training(data, workers, new Shuffled(data.size(), 11));
  }

  private static Pipeline training(ImageDataset data, int workers, Sampler sampler) {
    return Pipeline.of(data)
        .sampler(sampler)
        .randomResizedCrop(16)
        .padCrop(16)
        .flip()
        .jitter(0.4)
        .lighting(0.1)
        .batchSize(5)
        .forTraining()
        .seed(11)
        .workers(workers)
        .build();
  }

  private static List<Seen> all(EpochBatches epoch) {
    List<Seen> seen = new ArrayList<>();
    try (epoch) {
      while (epoch.hasNext()) {
        try (ImageBatch batch = epoch.next()) {
          ByteBuffer copy = ByteBuffer.allocate(batch.pixelsNCHW().remaining());
          copy.put(batch.pixelsNCHW()).flip();
          seen.add(new Seen(batch.number(), boxed(batch.indices()), boxed(batch.labels()), copy));
        }
      }
    }
    return seen;
  }

  private static List<Integer> indices(List<Seen> seen) {
    return seen.stream().flatMap(batch -> batch.indices.stream()).toList();
  }

  private static List<Integer> boxed(int[] values) {
    return IntStream.of(values).boxed().toList();
  }
}
