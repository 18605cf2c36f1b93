package io.kitbag.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import com.google.inject.Injector;
import io.kitbag.augment.data.BuiltIn;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.models.Network;
import io.kitbag.models.Node;
import io.kitbag.models.TensorSpec;
import io.kitbag.models.init.Init;
import io.kitbag.models.op.Conv2d;
import io.kitbag.models.op.GlobalAvgPool;
import io.kitbag.models.op.Linear;
import io.kitbag.models.op.Relu;
import io.kitbag.models.weights.HostTensor;
import io.kitbag.precision.Policy;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.app.Kitbag;
import io.kitbag.train.app.Networks;
import io.kitbag.train.checkpoint.Checkpoint;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.predict.TrainedModel;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.Recipes;
import io.kitbag.train.telemetry.Meters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {

  @TempDir Path directory;

  /** Two convolutions and a linear layer: no batch norm, so that a huge rate does overflow. */
  static Network tiny(int classes) {
    Network.Builder g = Network.builder("tiny", 3);
    Node a = g.add("conv1", Conv2d.of(3, 8, 3, 2), g.input());
    Node b = g.add("relu", new Relu(), a);
    Node c = g.add("pool", new GlobalAvgPool(), b);
    g.add("fc", new Linear(8, classes, true), c);
    return g.build();
  }

  @Test
  void learns() {
    Recipe recipe =
        SmallRuns.recipe(
            "epochs=20",
            "augment.crop.kind=none",
            "augment.flip=0",
            "eval.everyEpochs=0",
            "schedule.learningRate=0.4");
    TrainResult result =
        SmallRuns.run(
            recipe,
            directory,
            binder ->
                binder
                    .bind(DataSplit.class)
                    .toInstance(new DataSplit(BuiltIn.train(0, 80), BuiltIn.train(0, 80))));
    // Measured on what it was trained on; chance is 0.1, and its standard deviation 0.03.
    assertThat(result.eval().orElseThrow().top1()).isGreaterThan(0.4);
    assertThat(result.steps()).isEqualTo(100);
  }

  @Test
  void writesWhatAnotherNeedsToRepeatIt() throws IOException {
    TrainResult result = SmallRuns.run(SmallRuns.recipe(), directory);
    assertThat(Files.readString(directory.resolve("recipe.yaml")))
        .isEqualTo(SmallRuns.recipe().toYaml());
    assertThat(Files.readString(directory.resolve("provenance.json"))).contains("PyTorch");
    assertThat(CheckpointStore.load(result.checkpoint()).metadata().weightsSha256())
        .isEqualTo(result.weightsSha256());
    assertThat(Files.readAllLines(directory.resolve("metrics.jsonl")))
        .anyMatch(line -> line.contains("\"kind\":\"eval\"") && line.contains("\"top1\""));
  }

  @Test
  void aTrainedModelGivesTheAccuracyThatTrainingReported() {
    Recipe recipe = SmallRuns.recipe();
    TrainResult result = SmallRuns.run(recipe, directory);
    try (TrainedModel model =
        TrainedModel.open(TrainedModel.find(directory), Policy.fp32(), Device.cpu())) {
      DataSplit images = new DataSplit(BuiltIn.train(0, 80), BuiltIn.test(0, 24));
      EvalResult eval =
          model.evaluate(
              images, SmallRuns.options(directory, false, OptionalLong.empty()).progress());
      assertThat(eval.top1()).isEqualTo(result.eval().orElseThrow().top1());
      assertThat(model.classes()).isEqualTo(images.train().classes());
    }
  }

  @Test
  void stopsBeforeALossThatIsNotFiniteReachesTheWeights() {
    Recipe recipe =
        SmallRuns.recipe(
            "model.name=tiny",
            "schedule.learningRate=1e30",
            "schedule.warmupEpochs=0",
            "checkpoint.everySteps=1");
    assertThatThrownBy(
            () ->
                SmallRuns.run(
                    recipe,
                    directory,
                    binder ->
                        Networks.bind(binder, "tiny")
                            .toInstance(options -> tiny(options.classes()))))
        .isInstanceOfSatisfying(
            KitbagException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.NUMERICS))
        .hasMessageContaining("first value that is not finite is in")
        .hasMessageContaining("schedule.learningRate");
    assertThat(CheckpointStore.newestValid(directory.resolve("checkpoints"))).isPresent();
  }

  @Test
  void skipsOverflowingStepsAndBacksOff() {
    Recipe recipe =
        SmallRuns.recipe("precision.compute=fp16", "precision.lossScale.value=16777216");
    TrainResult result = SmallRuns.run(recipe, directory);
    assertThat(result.skippedSteps()).isBetween(1L, 9L);
    assertThat(CheckpointStore.load(result.checkpoint()).metadata().numbers().get("lossScale"))
        .isEqualTo(16777216 * Math.pow(0.5, result.skippedSteps()));
  }

  @Test
  void frozenLayersKeepTheirFirstWeights() {
    Recipe recipe = SmallRuns.recipe("optimizer.groups=[{name: \"/^layer[12]/\", frozen: true}]");
    TrainResult result = SmallRuns.run(recipe, directory);
    Checkpoint saved = CheckpointStore.load(result.checkpoint());
    Network network =
        Kitbag.app(recipe, SmallRuns.options(directory, false, OptionalLong.empty()))
            .getInstance(Network.class);
    Map<String, HostTensor> first =
        Init.valueOf(recipe.model().init().name()).values(network, recipe.seed());
    for (TensorSpec tensor : network.tensors()) {
      if (tensor.role().isWeightMatrix()) {
        boolean same =
            Arrays.equals(
                saved.weights().get(tensor.name()).toFloats(), first.get(tensor.name()).toFloats());
        assertThat(same).as(tensor.name()).isEqualTo(tensor.name().matches("layer[12].*"));
      }
    }
    assertThat(saved.state().keySet())
        .anyMatch(name -> name.contains("layer3"))
        .noneMatch(name -> name.contains("layer1."));
  }

  @Test
  void aGroupThatFitsNothingIsOneMessage() {
    Recipe recipe = SmallRuns.recipe("optimizer.groups=[{name: \"head.*\", weightDecay: 0}]");
    assertThatThrownBy(() -> SmallRuns.run(recipe, directory))
        .hasStackTraceContaining("optimizer.groups: rule 1 (kinds any, name head.*, depth any)");
  }

  @Test
  void namesTheLayersWhoseGradientsOverflowed() throws IOException {
    SmallRuns.run(
        SmallRuns.recipe("precision.compute=fp16", "precision.lossScale.value=16777216"),
        directory);
    String first =
        Files.readAllLines(directory.resolve("metrics.jsonl")).stream()
            .filter(line -> line.contains("\"kind\":\"skip\""))
            .findFirst()
            .orElseThrow();
    // What overflows in the loss's own gradient is in every layer before it.
    assertThat(first)
        .contains("\"step\":1", "\"lossScale\":1.6777216E7", "\"nextLossScale\":8388608.0")
        .contains("\"conv1.weight\"", "\"fc.weight\"");
  }

  @Test
  void countsWhatItDid() {
    Injector app =
        Kitbag.app(SmallRuns.recipe(), SmallRuns.options(directory, false, OptionalLong.empty()));
    app.getInstance(Trainer.class).run();
    Meters meters = app.getInstance(Meters.class);
    assertThat(meters.totals()).containsEntry("images", 160.0).containsEntry("steps", 10.0);
    for (Meters.Phase phase : Meters.Phase.values()) {
      assertThat(meters.total(phase).toNanos()).as("%s", phase).isNotNegative();
    }
    assertThat(meters.total(Meters.Phase.BACKWARD).toNanos()).isPositive();
  }

  @Test
  void aStopRequestSavesAndEndsTheRun() {
    Injector app =
        Kitbag.app(SmallRuns.recipe(), SmallRuns.options(directory, false, OptionalLong.empty()));
    Trainer trainer = app.getInstance(Trainer.class);
    trainer.requestStop();
    TrainResult result = trainer.run();
    assertThat(result.stopped()).isTrue();
    assertThat(result.eval()).isEmpty();
    assertThat(result.checkpoint()).exists();
  }

  @Test
  void refusesABatchLargerThanTheData() {
    assertThatThrownBy(() -> SmallRuns.run(SmallRuns.recipe("batchSize=81"), directory))
        .isInstanceOf(KitbagException.class)
        .hasMessage("batchSize 81 exceeds the 80 training images; lower batchSize");
  }

  @Test
  void keepsTheLayoutItMeasured() throws IOException {
    Recipe recipe = SmallRuns.recipe("precision.layout=measure");
    TrainResult part =
        SmallRuns.run(recipe, SmallRuns.options(directory, false, OptionalLong.of(3)));
    String stored = CheckpointStore.load(part.checkpoint()).metadata().recipe();
    assertThat(stored).containsPattern("layout: (nchw|channels_last)");
    assertThat(Files.readString(directory.resolve("recipe.yaml"))).isEqualTo(stored);
    TrainResult whole = SmallRuns.run(Recipes.parse(stored, "stored"), directory.resolve("whole"));
    // Resumed with the recipe that says measure: what it measured before holds.
    TrainResult resumed =
        SmallRuns.run(recipe, SmallRuns.options(directory, true, OptionalLong.empty()));
    assertThat(resumed.weightsSha256()).isEqualTo(whole.weightsSha256());
  }

  @Test
  void anOverrideThatFitsNoNodeIsOneMessage() {
    Recipe recipe =
        SmallRuns.recipe("precision.compute=fp16", "precision.overrides={\"layer9.*\": fp32}");
    assertThatThrownBy(() -> SmallRuns.run(recipe, directory))
        .hasStackTraceContaining("precision.overrides: \"layer9.*\" fits no node of");
  }

  @Test
  void nodesInFp32TrainAlongsideOthers() {
    TrainResult mixed =
        SmallRuns.run(
            SmallRuns.recipe(
                "precision.compute=fp16", "precision.overrides={fc: fp32, \"layer3.*\": fp32}"),
            directory);
    TrainResult half =
        SmallRuns.run(SmallRuns.recipe("precision.compute=fp16"), directory.resolve("half"));
    assertThat(mixed.steps()).isEqualTo(half.steps());
    assertThat(mixed.weightsSha256()).isNotEqualTo(half.weightsSha256());
  }
}
