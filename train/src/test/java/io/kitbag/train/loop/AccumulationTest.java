package io.kitbag.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.inject.Module;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.train.KitbagException;
import io.kitbag.train.app.Networks;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.recipe.Recipe;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccumulationTest {

  private static final Module WITHOUT_BATCH_NORM =
      binder ->
          Networks.bind(binder, "tiny").toInstance(options -> TrainerTest.tiny(options.classes()));

  @TempDir Path directory;

  /**
   * Ten steps of weights below 1: sums in another order differ by a few float32 roundings, 6e-8
   * each. Without the division by 4 the weights would differ in the first digit.
   */
  @Test
  void fourBatchesMakeTheStepOfOneFourTimesAsLarge() {
    String[] large = {"model.name=tiny", "schedule.baseBatch=16", "schedule.learningRate=0.1"};
    Recipe whole = SmallRuns.recipe(large);
    Recipe parts = whole.with("batchSize=4", "optimizer.accumulate=4");
    assertThat(parts.peakLearningRate()).isEqualTo(whole.peakLearningRate());
    TrainResult expected = SmallRuns.run(whole, directory.resolve("whole"), WITHOUT_BATCH_NORM);
    TrainResult actual = SmallRuns.run(parts, directory.resolve("parts"), WITHOUT_BATCH_NORM);
    assertThat(actual.steps()).isEqualTo(expected.steps()).isEqualTo(SmallRuns.STEPS);
    Map<String, HostTensor> weights = CheckpointStore.load(actual.checkpoint()).weights();
    CheckpointStore.load(expected.checkpoint())
        .weights()
        .forEach(
            (name, tensor) ->
                assertThat(weights.get(name).toFloats())
                    .as(name)
                    .containsExactly(tensor.toFloats(), within(2e-6f)));
  }

  @Test
  void resumedRunsHaveTheBitsOfAnUninterruptedOne() {
    // Five batches an epoch make two steps; the fifth is left out.
    Recipe recipe = SmallRuns.recipe("optimizer.accumulate=2", "precision.compute=fp16");
    TrainResult whole = SmallRuns.run(recipe, directory.resolve("whole"));
    assertThat(whole.steps()).isEqualTo(4);
    assertThat(whole.epochs()).isEqualTo(2);
    Path parts = directory.resolve("parts");
    SmallRuns.run(recipe, SmallRuns.options(parts, false, OptionalLong.of(1)));
    SmallRuns.run(recipe, SmallRuns.options(parts, true, OptionalLong.of(2)));
    TrainResult last = SmallRuns.run(recipe, SmallRuns.options(parts, true, OptionalLong.empty()));
    assertThat(last.steps()).isEqualTo(4);
    assertThat(last.weightsSha256()).isEqualTo(whole.weightsSha256());
  }

  @Test
  void theLossScaleChangesBetweenStepsOnly() {
    Recipe recipe =
        SmallRuns.recipe(
            "optimizer.accumulate=2",
            "precision.compute=fp16",
            "precision.lossScale.value=1024",
            "precision.lossScale.interval=1");
    TrainResult result =
        SmallRuns.run(recipe, SmallRuns.options(directory, false, OptionalLong.of(2)));
    assertThat(result.skippedSteps()).isZero();
    assertThat(CheckpointStore.load(result.checkpoint()).metadata().numbers().get("lossScale"))
        .as("doubled after each of two steps, not after each of four batches")
        .isEqualTo(4096);
  }

  @Test
  void refusesAStepLargerThanTheData() {
    Recipe recipe = SmallRuns.recipe("optimizer.accumulate=6");
    assertThatThrownBy(() -> SmallRuns.run(recipe, directory))
        .isInstanceOf(KitbagException.class)
        .hasMessage(
            "batchSize 16 times optimizer.accumulate 6 exceeds the 80 training images; lower batchSize");
  }
}
