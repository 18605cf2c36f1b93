package io.kitbag.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingConfig;
import ai.djl.training.dataset.Batch;
import ai.djl.training.listener.TrainingListener;
import ai.djl.training.loss.Loss;
import ai.djl.training.optimizer.Optimizer;
import ai.djl.training.tracker.Tracker;
import ai.djl.translate.TranslateException;
import io.kitbag.augment.data.BuiltIn;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.mix.Mix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PipelineDatasetTest {
  private final ImageDataset data = BuiltIn.train(0, 40);

  @Test
  void aTrainerOfDjlTrainsOnIt() throws IOException, TranslateException {
    Pipeline pipeline =
        Pipeline.of(data).forTraining().flip().batchSize(8).workers(2).seed(1).build();
    PipelineDataset dataset = PipelineDataset.of(pipeline, DataType.FLOAT32);

    TrainingConfig config =
        new DefaultTrainingConfig(Loss.softmaxCrossEntropyLoss())
            .optOptimizer(Optimizer.adam().optLearningRateTracker(Tracker.fixed(0.001f)).build())
            .addTrainingListeners(TrainingListener.Defaults.basic());
    try (Model model = Model.newInstance("linear")) {
      model.setBlock(
          new SequentialBlock()
              .add(Blocks.batchFlattenBlock())
              .add(Linear.builder().setUnits(10).build()));
      try (Trainer trainer = model.newTrainer(config)) {
        trainer.initialize(new Shape(8, 3, 32, 32));
        EasyTrain.fit(trainer, 30, dataset, null); // an epoch of the pipeline is one of DJL's
        assertThat(trainer.getTrainingResult().getTrainLoss())
            .as("from ln 10 = 2.3")
            .isLessThan(1.8f);
      }
    }
    assertThat(pipeline.buffersInUse()).isZero();
  }

  @Test
  void everyCallIsTheNextEpochOfThePipeline() throws IOException, TranslateException {
    Pipeline pipeline = Pipeline.of(data).forTraining().batchSize(16).build();
    PipelineDataset dataset = PipelineDataset.of(pipeline, DataType.UINT8);
    dataset.prepare();
    try (NDManager manager = NDManager.newBaseManager()) {
      for (int epoch = 0; epoch < 2; epoch++) {
        List<Long> seen = new ArrayList<>();
        try (EpochBatches expected = pipeline.epoch(epoch)) {
          for (Batch batch : dataset.getData(manager)) {
            try (batch;
                ImageBatch images = expected.next()) {
              NDArray pixels = batch.getData().singletonOrThrow();
              NDArray labels = batch.getLabels().singletonOrThrow();
              assertThat(pixels.getShape()).isEqualTo(new Shape(16, 3, 32, 32));
              assertThat(pixels.getDataType()).isEqualTo(DataType.UINT8);
              byte[] bytes = new byte[16 * 3 * 1024];
              images.pixelsNCHW().get(bytes);
              assertThat(pixels.toByteArray()).isEqualTo(bytes);
              for (int i = 0; i < 16; i++) {
                assertThat(labels.getLong(i)).isEqualTo(images.labels()[i]);
                assertThat(batch.getIndices().get(i)).isEqualTo((long) images.indices()[i]);
              }
              seen.add(batch.getProgress());
              assertThat(batch.getProgressTotal()).isEqualTo(2);
            }
          }
        }
        assertThat(seen).containsExactly(1L, 2L);
      }
    }
    assertThat(pipeline.buffersInUse()).isZero();
  }

  @Test
  void floatsAreTheBytesBetweenZeroAndOne() {
    Pipeline pipeline = Pipeline.of(data).batchSize(4).build();
    try (NDManager manager = NDManager.newBaseManager();
        Batch batch =
            PipelineDataset.of(pipeline, DataType.FLOAT32).getData(manager).iterator().next();
        EpochBatches epoch = pipeline.epoch(0);
        ImageBatch images = epoch.next()) {
      float[] floats = batch.getData().singletonOrThrow().toFloatArray();
      for (int i = 0; i < floats.length; i += 97) {
        assertThat(floats[i]).isEqualTo((images.pixelsNCHW().get(i) & 0xff) / 255f);
      }
    }
  }

  @Test
  void mixedLabelsAreProbabilities() {
    Pipeline pipeline =
        Pipeline.of(data).batchSize(8).mix(new Mix(0.2, 0, 1, 0.5, Mix.Mode.BATCH)).build();
    try (NDManager manager = NDManager.newBaseManager();
        Batch batch =
            PipelineDataset.of(pipeline, DataType.UINT8).getData(manager).iterator().next()) {
      NDArray labels = batch.getLabels().singletonOrThrow();
      assertThat(labels.getShape()).isEqualTo(new Shape(8, 10));
      for (float sum : labels.sum(new int[] {1}).toFloatArray()) {
        assertThat(sum).isBetween(1 - 1e-6f, 1 + 1e-6f);
      }
    }
  }

  @Test
  void anIterationThatIsGivenUpEndsWithTheManager() {
    Pipeline pipeline = Pipeline.of(data).batchSize(4).workers(3).build();
    PipelineDataset dataset = PipelineDataset.of(pipeline, DataType.UINT8);
    try (NDManager manager = NDManager.newBaseManager()) {
      dataset.getData(manager).iterator().next().close();
    }
    assertThat(pipeline.buffersInUse()).isZero();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> PipelineDataset.of(pipeline, DataType.INT32))
        .withMessageContaining("pixels=int32 must be UINT8 or FLOAT32");
  }
}
