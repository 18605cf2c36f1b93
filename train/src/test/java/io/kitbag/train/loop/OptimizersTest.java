package io.kitbag.train.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.models.Network;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.init.Init;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.train.app.Kitbag;
import io.kitbag.train.checkpoint.Checkpoint;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.recipe.OptimizerRecipe;
import io.kitbag.train.recipe.Recipe;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a recipe says about optimizers, in runs of a few steps. */
class OptimizersTest {

  @TempDir Path directory;

  private static Recipe recipe(OptimizerRecipe.Name name) {
    return SmallRuns.recipe(
        "optimizer.name=" + name.name().toLowerCase(Locale.ROOT), "schedule.learningRate=0.001");
  }

  @ParameterizedTest
  @EnumSource
  void everyRuleMovesEveryKindOfParameter(OptimizerRecipe.Name name) {
    Recipe recipe = recipe(name);
    TrainResult result =
        SmallRuns.run(recipe, SmallRuns.options(directory, false, OptionalLong.of(2)));
    Map<String, HostTensor> first = first(recipe);
    Map<String, HostTensor> last = CheckpointStore.load(result.checkpoint()).weights();
    for (String tensor :
        List.of("conv1.weight", "bn1.weight", "bn1.bias", "fc.weight", "fc.bias")) {
      assertThat(last.get(tensor).toFloats()).as(tensor).isNotEqualTo(first.get(tensor).toFloats());
    }
  }

  /** Two rules at once, one with state of two kinds. */
  @Test
  void muonAndItsCompanionResumeExactly() {
    Recipe recipe = recipe(OptimizerRecipe.Name.MUON);
    Path parts = directory.resolve("parts");
    String expected = SmallRuns.run(recipe, directory.resolve("whole")).weightsSha256();
    SmallRuns.run(recipe, SmallRuns.options(parts, false, OptionalLong.of(4)));
    TrainResult resumed =
        SmallRuns.run(recipe, SmallRuns.options(parts, true, OptionalLong.empty()));
    assertThat(resumed.weightsSha256()).isEqualTo(expected);
    assertThat(CheckpointStore.load(resumed.checkpoint()).state().keySet())
        .contains("conv1.weight.momentum_buffer", "fc.bias.exp_avg_sq")
        .doesNotContain("conv1.weight.exp_avg", "fc.bias.momentum_buffer");
  }

  /** At no distance at all the second pass is the first again, statistics and all. */
  @ParameterizedTest
  @ValueSource(strings = {"sam", "asam"})
  void sharpnessAtNoDistanceChangesNoBit(String kind) {
    String plain = SmallRuns.run(SmallRuns.recipe(), directory.resolve("plain")).weightsSha256();
    String still = sharp(kind, "1e-60", "still");
    assertThat(still).isEqualTo(plain);
    assertThat(sharp(kind, "0.05", "sharp")).isNotEqualTo(plain);
  }

  private String sharp(String kind, String rho, String name) {
    return SmallRuns.run(
            SmallRuns.recipe("optimizer.sharpness={kind: %s, rho: %s}".formatted(kind, rho)),
            directory.resolve(name))
        .weightsSha256();
  }

  @ParameterizedTest
  @ValueSource(strings = {"clipNorm", "clipValue", "clipAdaptive"})
  void clipsInEachWay(String key) {
    String plain = SmallRuns.run(SmallRuns.recipe(), directory.resolve("plain")).weightsSha256();
    String clipped =
        SmallRuns.run(SmallRuns.recipe("optimizer." + key + "=0.001"), directory.resolve("clipped"))
            .weightsSha256();
    assertThat(clipped).isNotEqualTo(plain);
  }

  @Test
  void aSkippedStepLeavesOptimizerScheduleAndAverageWhereTheyWere() {
    Recipe recipe =
        SmallRuns.recipe(
            "precision.compute=fp16",
            "precision.lossScale.value=16777216",
            "averaging.kind=ema",
            "schedule.name=cosine");
    TrainResult result =
        SmallRuns.run(recipe, SmallRuns.options(directory, false, OptionalLong.of(1)));
    assertThat(result.skippedSteps()).isEqualTo(1);
    Checkpoint saved = CheckpointStore.load(result.checkpoint());
    Map<String, HostTensor> first = first(recipe);
    for (TensorSpec tensor : network(recipe).tensors()) {
      if (tensor.role().trainable()) {
        float[] initial = first.get(tensor.name()).toFloats();
        assertThat(saved.weights().get(tensor.name()).toFloats()).isEqualTo(initial);
        assertThat(saved.state().get(tensor.name() + ".momentum_buffer").toFloats())
            .containsOnly(0f);
        assertThat(saved.state().get(Checkpoint.AVERAGE + tensor.name()).toFloats())
            .isEqualTo(initial);
      }
    }
    assertThat(saved.state().get("step").toFloats()).as("of the schedule").containsExactly(0f);
  }

  private Map<String, HostTensor> first(Recipe recipe) {
    return Init.valueOf(recipe.model().init().name()).values(network(recipe), recipe.seed());
  }

  private Network network(Recipe recipe) {
    return Kitbag.app(recipe, SmallRuns.options(directory, false, OptionalLong.empty()))
        .getInstance(Network.class);
  }
}
