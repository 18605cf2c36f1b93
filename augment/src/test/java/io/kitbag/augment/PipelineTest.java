package io.kitbag.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.kitbag.augment.data.BuiltIn;
import io.kitbag.augment.data.CachedDataset;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.augment.data.DatasetException;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.data.TestData;
import io.kitbag.augment.image.PixelImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
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

  @Test
  void corruptImagesAreSkippedAndNamedOnce() throws IOException {
    ImageDataset data = folderWithCorruptImages();
    Pipeline pipeline = Pipeline.of(data).batchSize(4).workers(2).build();
    for (int epoch = 0; epoch < 2; epoch++) {
      List<Seen> seen = all(pipeline.epoch(epoch));
      assertThat(seen.get(0).indices).containsExactly(0, 2, 3);
      assertThat(seen.get(0).pixels.remaining()).isEqualTo(3 * 3 * 6 * 6);
      assertThat(indices(seen)).hasSize(data.size() - 2);
    }
    assertThat(pipeline.corruptImages()).extracting(CorruptImage::index).containsExactly(1, 6);
    assertThat(pipeline.corruptImages().get(0).name()).endsWith("01.png");
    assertThat(pipeline.buffersInUse()).isZero();
  }

  @Test
  void corruptImagesStopTheEpochIfAskedTo() throws IOException {
    Pipeline pipeline =
        Pipeline.of(folderWithCorruptImages())
            .batchSize(2)
            .workers(3)
            .onCorrupt(CorruptPolicy.FAIL)
            .build();
    try (EpochBatches batches = pipeline.epoch(0)) {
      assertThatExceptionOfType(DatasetException.class)
          .isThrownBy(batches::next)
          .withMessageContaining("01.png");
      assertThat(batches.hasNext()).isFalse();
    }
    assertThat(pipeline.buffersInUse()).isZero();
  }

  @Test
  void aBatchWithoutAnyReadableImageIsAnError() throws IOException {
    Pipeline pipeline = Pipeline.of(folderWithCorruptImages()).batchSize(1).build();
    try (EpochBatches batches = pipeline.epoch(0, 1)) {
      assertThatExceptionOfType(DatasetException.class)
          .isThrownBy(batches::next)
          .withMessageContaining("none of the 1 images of batch 1 of epoch 0");
    }
  }

  @Test
  void imagesOfDifferentSizesInABatchAreAnErrorThatNamesOne() throws IOException {
    TestData.writePng(folder.resolve("a/1.png"), 4, 4);
    TestData.writePng(folder.resolve("a/2.png"), 5, 4);
    Pipeline pipeline = Pipeline.of(TestData.folder(folder)).batchSize(2).build();
    try (EpochBatches batches = pipeline.epoch(0)) {
      assertThatExceptionOfType(DatasetException.class)
          .isThrownBy(batches::next)
          .withMessageContaining("2.png is 5x4 where its batch is 4x4");
    }
    assertThat(pipeline.buffersInUse()).isZero();
  }

  @Test
  void aTransformThatDoesNotFitNamesTheImage() {
    try (EpochBatches batches = Pipeline.of(BuiltIn.test(0, 4)).padCrop(41).build().epoch(0)) {
      assertThatExceptionOfType(DatasetException.class)
          .isThrownBy(batches::next)
          .withMessageContaining("built-in/test/0#0: PadCrop(41)");
    }
  }

  @Test
  void whatAWorkerThrowsReachesTheConsumerAtItsBatch() {
    Pipeline pipeline =
        Pipeline.of(new FailingAt(21, BuiltIn.test(0, 40))).batchSize(4).workers(3).build();
    try (EpochBatches batches = pipeline.epoch(0)) {
      assertThatIllegalStateException()
          .isThrownBy(
              () -> {
                while (batches.hasNext()) {
                  batches.next().close();
                }
              })
          .withMessageContaining("#21")
          .withCauseInstanceOf(UnsupportedOperationException.class);
      assertThat(batches.position()).isEqualTo(6);
    }
    assertThat(pipeline.buffersInUse()).isZero();
  }

  private record FailingAt(int index, BuiltIn data) implements ImageDataset {
    @Override
    public int size() {
      return data.size();
    }

    @Override
    public List<String> classes() {
      return data.classes();
    }

    @Override
    public int label(int index) {
      return data.label(index);
    }

    @Override
    public String name(int index) {
      return data.name(index);
    }

    @Override
    public void read(int index, PixelImage target) {
      if (index == this.index) {
        throw new UnsupportedOperationException("cannot");
      }
      data.read(index, target);
    }
  }

  @Test
  void aConsumerThatKeepsBatchesDoesNotStopTheWorkers() {
    Pipeline pipeline = Pipeline.of(BuiltIn.test(0, 60)).batchSize(3).workers(3).build();
    List<ImageBatch> kept = new ArrayList<>();
    try (EpochBatches batches = pipeline.epoch(0)) {
      batches.forEachRemaining(kept::add);
    }
    assertThat(kept).hasSize(20);
    assertThat(pipeline.buffersInUse()).isEqualTo(20);
    kept.forEach(ImageBatch::close);
    kept.forEach(ImageBatch::close);
    assertThat(pipeline.buffersInUse()).isZero();
    assertThatIllegalStateException().isThrownBy(kept.get(0)::pixelsNCHW);
  }

  @Test
  void slidingOverAnEpochUsesFewBuffersAndReturnsThemAll() {
    Pipeline pipeline =
        Pipeline.of(BuiltIn.test(0, 400)).batchSize(4).workers(2).prefetch(3).build();
    Deque<ImageBatch> held = new ArrayDeque<>();
    int most = 0;
    try (EpochBatches batches = pipeline.epoch(0)) {
      while (batches.hasNext()) {
        held.add(batches.next());
        if (held.size() > 2) {
          held.remove().close();
        }
        most = Math.max(most, pipeline.buffersInUse());
      }
      assertThat(batches.waitNanos()).isBetween(0L, Duration.ofMinutes(1).toNanos());
    }
    held.forEach(ImageBatch::close);
    assertThat(most).as("3 held and 3 ahead").isLessThanOrEqualTo(6);
    assertThat(pipeline.buffersInUse()).isZero();
  }

  @Test
  void closingEarlyStopsTheWorkersAndReturnsTheBuffers() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    Pipeline pipeline =
        Pipeline.of(BuiltIn.test(0, 1000))
            .then((image, random) -> started.countDown())
            .batchSize(10)
            .workers(3)
            .build();
    EpochBatches batches = pipeline.epoch(0);
    started.await();
    ImageBatch batch = batches.next();
    batches.close();
    batches.close();
    assertThat(batches.hasNext()).isFalse();
    assertThat(batch.pixelsNCHW().remaining()).isEqualTo(10 * 3 * 1024);
    batch.close();
    assertThat(pipeline.buffersInUse()).isZero();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("kitbag-images"));
  }

  @Test
  void anInterruptedConsumerGetsAnErrorAndKeepsItsFlag() {
    CountDownLatch never = new CountDownLatch(1);
    Pipeline pipeline =
        Pipeline.of(BuiltIn.test(0, 8))
            .then(
                (image, random) -> {
                  try {
                    never.await();
                  } catch (InterruptedException e) {
                    throw new AssertionError(e);
                  }
                })
            .batchSize(4)
            .build();
    EpochBatches batches = pipeline.epoch(0);
    Thread.currentThread().interrupt();
    assertThatIllegalStateException()
        .isThrownBy(batches::next)
        .withMessageContaining("interrupted while waiting for batch 0");
    assertThat(Thread.interrupted()).isTrue();
    never.countDown();
    batches.close();
    assertThat(pipeline.buffersInUse()).isZero();
  }

  @Test
  void badNumbersAreNamed() {
    BuiltIn data = BuiltIn.test(0, 8);
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> Pipeline.of(data).batchSize(9).forTraining().build().epoch(0))
        .withMessageContaining("batch size 9 exceeds the 8 images");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pipeline.of(data).batchSize(4).build().epoch(0, 3))
        .withMessageContaining("firstBatch=3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pipeline.of(data).workers(0))
        .withMessage("workers=0 must be at least 1");
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
    return datasets;
  }

  private static Pipeline training(ImageDataset data, int workers) {
    return Pipeline.of(data)
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

  private ImageDataset folderWithCorruptImages() throws IOException {
    for (int i = 0; i < 9; i++) {
      TestData.writePng(folder.resolve("bad/a/0" + i + ".png"), 6, 6);
    }
    Files.writeString(folder.resolve("bad/a/01.png"), "no image");
    Files.write(folder.resolve("bad/a/06.png"), new byte[0]);
    return TestData.folder(folder.resolve("bad"));
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
