package io.kitbag.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.optim.schedule.Epochs;
import io.kitbag.optim.schedule.Schedule;
import io.kitbag.train.app.Kitbag;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.RecipeException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a recipe says about learning rates and losses. */
class SchedulesTest {

  @TempDir Path directory;

  /** Ten epochs of ten steps at a peak of 1: the rates of steps 0, 50 and 99. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{name: constant} | 1 | 1 | 1",
        "{name: step, milestones: [4, 8], factor: 0.5} | 1 | 0.5 | 0.25",
        "{name: cosine} | 1 | 0.5 | 0.00024672",
        "{name: cosine, cooldownEpochs: 5, finalLearningRate: 0.1} | 1 | 0.1 | 0.1",
        "{name: cosine, cycles: 2, cycleFactor: 0.5} | 1 | 0.5 | 0.00049332",
        "{name: polynomial, power: 2} | 1 | 0.25 | 0.0001",
        "{name: wsd, wsd: {decay: 0.6, shape: linear}} | 1 | 0.8333333 | 0.0166667",
        "{name: one-cycle, oneCycle: {peakAt: 0.51, divisor: 10, finalDivisor: 10}} | 0.1 | 1 | 0.01",
        "{name: triangular, triangle: {start: 0.2, peakAt: 0.5, end: 0}} | 0.2 | 1 | 0.02",
        "{name: plateau} | 1 | 1 | 1",
        "{name: constant, warmupEpochs: 6} | 0.0166667 | 0.85 | 1",
        "{name: constant, warmupEpochs: 6, warmupFactor: 0.1} | 0.1 | 0.85 | 1",
        "{name: constant, warmupEpochs: 6, warmup: constant, warmupFactor: 0.3} | 0.3 | 0.3 | 1",
        "{name: constant, baseBatch: 4} | 4 | 4 | 4",
        "{name: constant, baseBatch: 4, scaling: square-root} | 2 | 2 | 2",
      })
  void readsEveryShape(String schedule, double first, double middle, double last) {
    Recipe recipe =
        SmallRuns.recipe(
            "epochs=10",
            "schedule={learningRate: 1, baseBatch: 0, warmupEpochs: 0}",
            "schedule=" + schedule);
    Schedule rates = plan(recipe).over(new Epochs(10));
    assertThat(rates.at(0)).isCloseTo(first, within(1e-6));
    assertThat(rates.at(50)).isCloseTo(middle, within(1e-6));
    assertThat(rates.at(99)).isCloseTo(last, within(1e-6));
  }

  private SchedulePlan plan(Recipe recipe) {
    return Kitbag.app(recipe, SmallRuns.options(directory, false, OptionalLong.empty()))
        .getInstance(SchedulePlan.class);
  }

  /** No accuracy is eleven times the best before, so every epoch but the first lowers the rate. */
  @Test
  void aPlateauLowersTheRateAndResumesExactly() {
    Recipe recipe =
        SmallRuns.recipe(
            "epochs=4",
            "schedule.name=plateau",
            "schedule.factor=0.5",
            "schedule.plateau={metric: top1, patience: 0, threshold: 10}");
    TrainResult whole = SmallRuns.run(recipe, directory.resolve("whole"));
    assertThat(numbers(whole)).containsEntry("plateauReductions", 3.0);
    Path parts = directory.resolve("parts");
    TrainResult half = SmallRuns.run(recipe, SmallRuns.options(parts, false, OptionalLong.of(13)));
    assertThat(numbers(half)).containsEntry("plateauReductions", 1.0);
    TrainResult resumed =
        SmallRuns.run(recipe, SmallRuns.options(parts, true, OptionalLong.empty()));
    assertThat(resumed.weightsSha256()).isEqualTo(whole.weightsSha256());
    TrainResult constant =
        SmallRuns.run(recipe.with("schedule.name=constant"), directory.resolve("constant"));
    assertThat(constant.weightsSha256()).isNotEqualTo(whole.weightsSha256());
  }

  private static Map<String, Double> numbers(TrainResult result) {
    return CheckpointStore.load(result.checkpoint()).metadata().numbers();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{kind: focal}",
        "{kind: binary-cross-entropy, sumClasses: true}",
        "{classWeights: [1, 2, 1, 1, 1, 1, 1, 1, 1, 1]}",
      })
  void everyLossTrains(String loss) {
    Recipe recipe = SmallRuns.recipe("loss.labelSmoothing=0", "loss=" + loss);
    String digest = SmallRuns.run(recipe, directory.resolve("loss")).weightsSha256();
    assertThat(digest)
        .isNotEqualTo(
            SmallRuns.run(SmallRuns.recipe("loss.labelSmoothing=0"), directory.resolve("plain"))
                .weightsSha256());
  }

  @Test
  void refusesWhatDoesNotGoTogether() {
    assertThatThrownBy(
            () ->
                SmallRuns.run(
                    SmallRuns.recipe("loss={classWeights: [1, 2], labelSmoothing: 0}"), directory))
        .hasStackTraceContaining("loss.classWeights: 2 weights for 10 classes; give one for each");
    assertThatThrownBy(() -> SmallRuns.recipe("schedule={name: one-cycle, warmupEpochs: 1}"))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("schedule.warmupEpochs: 1.0 must be 0 for triangular and one-cycle");
    assertThatThrownBy(() -> SmallRuns.recipe("schedule={warmupEpochs: 1, cooldownEpochs: 1}"))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("schedule.cooldownEpochs: 1.0 must leave epochs");
    assertThatThrownBy(() -> SmallRuns.recipe("loss={kind: focal, classWeights: [1]}"))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("loss.classWeights: [1.0] go with kind cross-entropy only");
  }
}
