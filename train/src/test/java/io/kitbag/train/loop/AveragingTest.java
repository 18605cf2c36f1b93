package io.kitbag.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import io.kitbag.augment.data.BuiltIn;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.precision.Policy;
import io.kitbag.train.KitbagException;
import io.kitbag.train.checkpoint.Checkpoint;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.predict.TrainedModel;
import io.kitbag.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AveragingTest {

  private static final String LOOKAHEAD = "averaging.lookahead={everySteps: 2, decay: 0.5}";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"ema", "lookahead", "swa"})
  void resumedRunsHaveTheBitsOfAnUninterruptedOne(String kind) {
    Recipe recipe =
        SmallRuns.recipe(
            "averaging.kind=" + kind, LOOKAHEAD, "averaging.swa.start=0", "precision.compute=fp16");
    TrainResult whole = SmallRuns.run(recipe, directory.resolve("whole"));
    Path parts = directory.resolve("parts");
    SmallRuns.run(recipe, SmallRuns.options(parts, false, OptionalLong.of(3)));
    SmallRuns.run(recipe, SmallRuns.options(parts, true, OptionalLong.of(4)));
    TrainResult last = SmallRuns.run(recipe, SmallRuns.options(parts, true, OptionalLong.empty()));
    assertThat(last.weightsSha256()).isEqualTo(whole.weightsSha256());
    assertThat(last.averagedEval()).isEqualTo(whole.averagedEval());
    Map<String, HostTensor> expected = averaged(whole);
    averaged(last)
        .forEach(
            (name, tensor) ->
                assertThat(tensor.toFloats()).as(name).isEqualTo(expected.get(name).toFloats()));
  }

  private static Map<String, HostTensor> averaged(TrainResult result) {
    Map<String, HostTensor> averaged = CheckpointStore.load(result.checkpoint()).averagedWeights();
    assertThat(averaged).containsKeys("conv1.weight", "bn1.running_mean");
    return averaged;
  }

  @Test
  void anAverageDoesNotChangeWhatIsTrained() {
    TrainResult without = SmallRuns.run(SmallRuns.recipe(), directory.resolve("without"));
    TrainResult with =
        SmallRuns.run(SmallRuns.recipe("averaging.kind=ema"), directory.resolve("with"));
    assertThat(with.weightsSha256()).isEqualTo(without.weightsSha256());
    assertThat(with.eval()).isEqualTo(without.eval());
    assertThat(without.averagedEval()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"average", "raw"})
  void aCheckpointSaysWhichWeightsAreUsed(String use) {
    Recipe recipe =
        SmallRuns.recipe("averaging.kind=ema", "averaging.ema.decay=0.5", "averaging.use=" + use);
    TrainResult result = SmallRuns.run(recipe, directory);
    EvalResult averaged = result.averagedEval().orElseThrow();
    assertThat(averaged.loss()).isNotEqualTo(result.eval().orElseThrow().loss());
    assertThat(result.usesAverage()).isEqualTo(use.equals("average"));
    try (TrainedModel model =
        TrainedModel.open(TrainedModel.find(directory), Policy.fp32(), Device.cpu())) {
      EvalResult measured =
          model.evaluate(
              new DataSplit(BuiltIn.train(0, 80), BuiltIn.test(0, 24)),
              SmallRuns.options(directory, false, OptionalLong.empty()).progress());
      assertThat(measured.top1())
          .isEqualTo(result.usesAverage() ? averaged.top1() : result.eval().orElseThrow().top1());
    }
  }

  @Test
  void aSkippedStepLeavesTheAverageAlone() {
    // 2^60 overflows fp16 in every gradient; the running statistics of the weights do move.
    Recipe recipe =
        SmallRuns.recipe(
            "averaging.kind=ema",
            "precision.compute=fp16",
            "precision.lossScale.value=1152921504606846976");
    TrainResult result =
        SmallRuns.run(recipe, SmallRuns.options(directory, false, OptionalLong.of(2)));
    assertThat(result.skippedSteps()).isEqualTo(2);
    Checkpoint checkpoint = CheckpointStore.load(result.checkpoint());
    assertThat(checkpoint.averagedWeights().get("bn1.running_mean").toFloats()).containsOnly(0);
    assertThat(checkpoint.weights().get("bn1.running_mean").toFloats()).doesNotContain(0);
    assertThat(checkpoint.usesAverage()).isFalse();
  }

  @Test
  void swaIsTheMeanOfTheWeightsAfterEachEpochWithStatisticsOfItsOwn() {
    Recipe recipe =
        SmallRuns.recipe("averaging.kind=swa", "averaging.swa.start=0", "checkpoint.keep=9");
    TrainResult result = SmallRuns.run(recipe, directory);
    Checkpoint last = CheckpointStore.load(result.checkpoint());
    float[] after5 =
        CheckpointStore.load(directory.resolve("checkpoints/step-0000000005.safetensors"))
            .weights()
            .get("fc.weight")
            .toFloats();
    float[] after10 = last.weights().get("fc.weight").toFloats();
    float[] averaged = last.averagedWeights().get("fc.weight").toFloats();
    for (int i = 0; i < averaged.length; i++) {
      assertThat((double) averaged[i])
          .isCloseTo(((double) after5[i] + after10[i]) / 2, within(1e-7));
    }
    assertThat(last.averagedWeights().get("bn1.running_var").toFloats())
        .isNotEqualTo(last.weights().get("bn1.running_var").toFloats());
    assertThat(result.averagedEval()).isPresent();
    assertThat(last.usesAverage()).isTrue();
  }

  @Test
  void lookaheadEndsWithTheSlowWeights() {
    // The tenth step is no third one: without the end the last step would stay.
    Recipe recipe =
        SmallRuns.recipe(
            "averaging.kind=lookahead", "averaging.lookahead={everySteps: 3, decay: 0.5}");
    TrainResult result = SmallRuns.run(recipe, directory);
    Checkpoint last = CheckpointStore.load(result.checkpoint());
    last.averagedWeights()
        .forEach(
            (name, slow) ->
                assertThat(last.weights().get(name).toFloats())
                    .as(name)
                    .isEqualTo(slow.toFloats()));
    assertThat(result.averagedEval()).isEmpty();
  }

  @Test
  void measuresBothAndSaysSo() throws IOException {
    SmallRuns.run(SmallRuns.recipe("averaging.kind=ema"), directory);
    assertThat(Files.readAllLines(directory.resolve("metrics.jsonl")))
        .anyMatch(line -> line.contains("\"top1\"") && line.contains("\"averagedTop1\""));
  }

  @Test
  void refusesToResumeWithAnotherKindOfAverage() {
    SmallRuns.run(SmallRuns.recipe(), SmallRuns.options(directory, false, OptionalLong.of(1)));
    assertThatThrownBy(
            () ->
                SmallRuns.run(
                    SmallRuns.recipe("averaging.kind=ema"),
                    SmallRuns.options(directory, true, OptionalLong.empty())))
        .isInstanceOf(KitbagException.class)
        .hasMessageContaining("without an average")
        .hasMessageContaining("averaging.kind is EMA");
  }
}
