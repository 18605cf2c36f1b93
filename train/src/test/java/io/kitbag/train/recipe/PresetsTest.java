package io.kitbag.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PresetsTest {
  @TempDir Path folder;

  static List<String> names() {
    return Recipes.names();
  }

  @ParameterizedTest
  @MethodSource("names")
  void hasItsOwnNameAndReadsBackEqual(String name) throws IOException {
    Recipe preset = Recipe.preset(name);
    Path file = Files.writeString(folder.resolve("recipe.yaml"), preset.toYaml());

    assertThat(preset.name()).isEqualTo(name);
    assertThat(Recipes.read(file)).isEqualTo(preset);
    assertThat(Recipes.read(file).toYaml()).isEqualTo(preset.toYaml());
  }

  @Test
  void readsBackEqualWhateverTheValues() throws IOException {
    Recipe odd =
        Recipe.preset("cifar10")
            .withData(Path.of("a b: #\u00e9\ud83d\ude00 \"quoted\" \\ 'x' - {y}"))
            .with(
                "seed=-9223372036854775808",
                "optimizer.weightDecay=3.0517578125e-5",
                "schedule.finalLearningRate=1e-300",
                "schedule.learningRate=123456789012345678",
                "schedule.milestones=[]",
                "model.name=\"null\"",
                "runtime.device=gpu:1",
                "precision.layout=channels_last");
    Path file = Files.writeString(folder.resolve("recipe.yaml"), odd.toYaml());

    assertThat(Recipes.read(file)).isEqualTo(odd);
  }

  @Test
  void writesKeysInTheOrderOfTheRecord() {
    assertThat(Recipe.preset("baseline").toYaml().lines().filter(line -> !line.startsWith(" ")))
        .startsWith("name: baseline", "seed: 0", "epochs: 120", "batchSize: 256", "data:")
        .endsWith("checkpoint:", "runtime:");
  }

  @Test
  void baselineIsThePapersSection2() {
    Recipe recipe = Recipe.preset("baseline");

    assertThat(recipe.model().name()).isEqualTo("resnet50_v1");
    assertThat(recipe.batchSize()).isEqualTo(256);
    assertThat(recipe.peakLearningRate()).isEqualTo(0.1);
    assertThat(recipe.schedule().milestones()).containsExactly(30, 60, 90);
    assertThat(recipe.optimizer().decayBias()).isTrue();
    assertThat(recipe.augment().crop().ratio().get(1)).isCloseTo(4.0 / 3, within(1e-9));
    assertThat(recipe.eval().resize(224)).isEqualTo(256);
    assertThat(recipe.data().normalization()).isEqualTo(Normalization.IMAGENET);
  }

  @Test
  void efficientDiffersFromTheBaselineByTheTricksAlone() {
    Recipe expected =
        Recipe.preset("baseline")
            .with(
                "name=efficient",
                "batchSize=1024",
                "model.name=resnet50_v1d",
                "model.zeroGamma=true",
                "optimizer.decayBias=false",
                "schedule.baseBatch=256",
                "schedule.warmupEpochs=5",
                "precision.compute=fp16",
                "precision.layout=channels_last");

    assertThat(Recipe.preset("efficient")).isEqualTo(expected);
    assertThat(expected.peakLearningRate()).as("0.1 x 1024 / 256").isEqualTo(0.4);
  }

  @Test
  void refinedIsEfficientWithTheRefinementsOfSection5() {
    assertThat(Recipe.preset("refined"))
        .isEqualTo(
            Recipe.preset("efficient")
                .with(
                    "name=refined",
                    "epochs=200",
                    "schedule.name=cosine",
                    "loss.labelSmoothing=0.1",
                    "augment.mix.mixup=0.2"));
  }

  @Test
  void torchvisionMeasuresAt224After232() {
    Recipe recipe = Recipe.preset("torchvision-v2");

    assertThat(recipe.eval().imageSize(recipe.augment())).isEqualTo(224);
    assertThat(recipe.eval().resize(224)).isEqualTo(232);
    assertThat(recipe.peakLearningRate()).isEqualTo(0.5);
    assertThat(recipe.augment().mix().off()).isFalse();
  }

  @Test
  void resNetStrikesBackA3HasTheNumbersOfItsTable() {
    Recipe recipe = Recipe.preset("rsb-a3");

    assertThat(recipe.loss().kind()).isEqualTo(LossRecipe.Kind.BINARY_CROSS_ENTROPY);
    assertThat(recipe.optimizer().name()).isEqualTo(OptimizerRecipe.Name.LAMB);
    assertThat(recipe.optimizer().decayBias()).isFalse();
    assertThat(recipe.peakLearningRate()).isEqualTo(0.008);
    assertThat(recipe.augment().auto().magnitude()).isEqualTo(6);
    assertThat(recipe.eval().resize(recipe.eval().imageSize(recipe.augment()))).isEqualTo(236);
  }

  @Test
  void listsEveryKey() {
    assertThat(Recipes.keys())
        .contains("epochs", "augment.crop", "augment.crop.padMode", "precision.lossScale.backoff")
        .doesNotHaveDuplicates();
  }
}
