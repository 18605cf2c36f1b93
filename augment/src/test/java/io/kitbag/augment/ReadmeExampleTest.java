package io.kitbag.augment;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.kitbag.augment.data.BuiltIn;
import io.kitbag.augment.data.ImageDataset;
import org.junit.jupiter.api.Test;

/** The README's example of this module. */
class ReadmeExampleTest {

  @Test
  void feedsABatchAtATime() {
    long images = 0;

    ImageDataset data = BuiltIn.train(0, 96); // or ImageFolder.of(path), CifarBinary.train(path)
    Pipeline train =
        Pipeline.of(data)
            .forTraining()
            .randomResizedCrop(24)
            .flip()
            .batchSize(32)
            .workers(2)
            .build();
    try (NDManager manager = NDManager.newBaseManager();
        EpochBatches batches = train.epoch(0)) {
      while (batches.hasNext()) {
        try (ImageBatch batch = batches.next()) {
          NDArray imagesNchw = batch.toNDArray(manager); // uint8, read where the workers wrote
          images += imagesNchw.getShape().get(0); // labels are batch.labels()
        }
      }
    }

    assertThat(images).isEqualTo(96);
  }
}
