package io.kitbag.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.kitbag.augment.data.BuiltIn;
import io.kitbag.augment.data.DatasetException;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.data.TestData;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.transform.Resize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class PipelineFailuresTest {
  @TempDir Path folder;

  @Test
  void corruptImagesAreSkippedAndNamedOnce() throws IOException {
    ImageDataset data = folderWithCorruptImages();
    Pipeline pipeline = Pipeline.of(data).batchSize(4).workers(2).build();
    for (int epoch = 0; epoch < 2; epoch++) {
      List<Integer> indices = new ArrayList<>();
      try (EpochBatches batches = pipeline.epoch(epoch)) {
        while (batches.hasNext()) {
          try (ImageBatch batch = batches.next()) {
            assertThat(batch.pixelsNCHW().remaining()).isEqualTo(batch.size() * 3 * 6 * 6);
            Arrays.stream(batch.indices()).forEach(indices::add);
          }
        }
      }
      assertThat(indices).containsExactly(0, 2, 3, 4, 5, 7, 8);
    }
    assertThat(pipeline.corruptImages()).extracting(CorruptImage::index).containsExactly(1, 6);
    assertThat(pipeline.corruptImages().get(0).name()).endsWith("01.png");
    assertThat(pipeline.buffersInUse()).isZero();
  }

  @Test
  void anImageFileOfAGibibyteIsCorruptAsAnyOther() throws IOException {
    TestData.writePng(folder.resolve("a/1.png"), 6, 6);
    TestData.writeZeros(folder.resolve("a/2.png"), 5L << 30);
    Pipeline pipeline = Pipeline.of(TestData.folder(folder)).batchSize(2).build();
    try (EpochBatches batches = pipeline.epoch(0);
        ImageBatch batch = batches.next()) {
      assertThat(batch.indices()).containsExactly(0);
    }
    assertThat(pipeline.corruptImages())
        .singleElement()
        .satisfies(
            image -> {
              assertThat(image.name()).endsWith("2.png");
              assertThat(image.reason()).contains("the limit is 1073741823");
            });
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
  void aBatchThatNoBufferHoldsIsAnErrorThatNamesItsSize() {
    Pipeline pipeline =
        Pipeline.of(BuiltIn.test(0, 100)).then(new Resize(4096)).batchSize(100).build();
    try (EpochBatches batches = pipeline.epoch(0)) {
      assertThatExceptionOfType(DatasetException.class)
          .isThrownBy(batches::next)
          .withMessageContaining("100 images of 4096x4096 make a batch of 5033164800 bytes")
          .withMessageContaining("built-in/test/0#0")
          .withMessageContaining("lower the batch size");
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

  @Test
  void aWorkerThatCannotBeginIsAnErrorToo() {
    // No array can hold a picture of that size, so there is no scratch memory for one.
    Pipeline pipeline = Pipeline.of(BuiltIn.test(0, 4)).randomResizedCrop(30_000).build();
    try (EpochBatches batches = pipeline.epoch(0)) {
      assertThatExceptionOfType(ArithmeticException.class).isThrownBy(batches::next);
      assertThat(batches.hasNext()).isFalse();
    }
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
        .withMessageContaining("batch size 9 exceeds the 8 images of an epoch");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pipeline.of(data).batchSize(4).build().epoch(0, 3))
        .withMessageContaining("firstBatch=3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Pipeline.of(data).workers(0))
        .withMessage("workers=0 must be at least 1");
  }

  private ImageDataset folderWithCorruptImages() throws IOException {
    for (int i = 0; i < 9; i++) {
      TestData.writePng(folder.resolve("bad/a/0" + i + ".png"), 6, 6);
    }
    Files.writeString(folder.resolve("bad/a/01.png"), "no image");
    Files.write(folder.resolve("bad/a/06.png"), new byte[0]);
    return TestData.folder(folder.resolve("bad"));
  }
}
