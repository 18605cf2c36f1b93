package io.kitbag.optim.djl;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.DefaultTrainingConfig;
import ai.djl.training.EasyTrain;
import ai.djl.training.Trainer;
import ai.djl.training.TrainingResult;
import ai.djl.training.dataset.ArrayDataset;
import ai.djl.training.evaluator.Accuracy;
import ai.djl.training.listener.TrainingListener;
import ai.djl.translate.TranslateException;
import io.kitbag.models.NetworkBlock;
import io.kitbag.models.zoo.CifarResNet;
import io.kitbag.optim.Noise;
import io.kitbag.optim.ParameterGroups;
import io.kitbag.optim.Sgd;
import io.kitbag.optim.loss.CrossEntropy;
import io.kitbag.optim.schedule.Epochs;
import io.kitbag.optim.schedule.Schedule;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The example of the pages: DJL's trainer from end to end. */
class DjlExampleTest {

  @Test
  void easyTrainFitsASmallSet() throws IOException, TranslateException {
    NetworkBlock block = CifarResNet.d(8).network().toBlock();
    try (Model model = Model.newInstance("small");
        NDManager manager = NDManager.newBaseManager()) {
      model.setBlock(block);
      // Noise to be learnt by heart: image i is of class i.
      Shape shape = new Shape(8, 3, 16, 16);
      NDArray images = manager.create(Noise.of(1, (int) shape.size()), shape);
      ArrayDataset dataset =
          new ArrayDataset.Builder()
              .setData(images)
              .optLabels(manager.arange(8f))
              .setSampling(4, true)
              .build();
      TrainingResult result = fit(model, block, dataset, 8, 4, 12);

      assertThat(result.getTrainLoss()).as("from ln 10 = 2.3").isLessThan(1.5f);
      assertThat(result.getEvaluations()).containsKeys("train_Accuracy", "validate_Accuracy");
    }
  }

  private static TrainingResult fit(
      Model model,
      NetworkBlock block,
      ArrayDataset dataset,
      int imageCount,
      int batchSize,
      int epochCount)
      throws IOException, TranslateException {
    Epochs epochs = Epochs.ofFullBatches(imageCount, batchSize);
    Schedule schedule = Schedule.peak(0.05).warmUp(2).cosine(epochs.steps(epochCount));
    DjlOptimizer nag =
        DjlOptimizer.builder(block, Sgd.nesterov(0.9), schedule)
            .groups(ParameterGroups.noBiasDecay(1e-4))
            .clipNorm(5)
            .build();
    DefaultTrainingConfig config =
        new DefaultTrainingConfig(DjlLoss.of(CrossEntropy.smoothed(0.1)))
            .optOptimizer(nag)
            .optDevices(new Device[] {model.getNDManager().getDevice()})
            .addEvaluator(new Accuracy())
            .addTrainingListeners(TrainingListener.Defaults.basic());
    try (Trainer trainer = model.newTrainer(config)) {
      trainer.initialize(new Shape(batchSize, 3, 16, 16));
      EasyTrain.fit(trainer, epochCount, dataset, dataset);
      return trainer.getTrainingResult();
    }
  }
}
