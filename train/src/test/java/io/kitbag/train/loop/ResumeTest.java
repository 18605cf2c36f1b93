package io.kitbag.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.telemetry.LineProgress;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeTest {

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"fp32", "fp16"})
  void resumedRunsHaveTheBitsOfAnUninterruptedOne(String compute) {
    Recipe recipe = SmallRuns.recipe("precision.compute=" + compute);
    TrainResult whole = SmallRuns.run(recipe, directory.resolve("whole"));
    assertThat(whole.steps()).isEqualTo(SmallRuns.STEPS);

    // 3 and 4 more end inside the two epochs of five steps, the last part crosses none.
    Path parts = directory.resolve("parts");
    TrainResult first = SmallRuns.run(recipe, SmallRuns.options(parts, false, OptionalLong.of(3)));
    TrainResult second = SmallRuns.run(recipe, SmallRuns.options(parts, true, OptionalLong.of(4)));
    TrainResult last = SmallRuns.run(recipe, SmallRuns.options(parts, true, OptionalLong.empty()));
    assertThat(List.of(first.steps(), second.steps(), last.steps())).containsExactly(3L, 7L, 10L);
    assertThat(last.weightsSha256()).isEqualTo(whole.weightsSha256());
    assertThat(last.eval()).isEqualTo(whole.eval());
    assertThat(last.skippedSteps()).isEqualTo(whole.skippedSteps());
  }

  @Test
  void resumesAmongTheSmallerImagesOfTheFirstEpochs() {
    Recipe recipe = SmallRuns.recipe("augment.progressive={imageSize: 24, share: 0.5}");
    TrainResult whole = SmallRuns.run(recipe, directory.resolve("whole"));
    Path parts = directory.resolve("parts");
    SmallRuns.run(recipe, SmallRuns.options(parts, false, OptionalLong.of(3)));
    TrainResult last = SmallRuns.run(recipe, SmallRuns.options(parts, true, OptionalLong.empty()));
    assertThat(last.weightsSha256()).isEqualTo(whole.weightsSha256());
    TrainResult large = SmallRuns.run(SmallRuns.recipe(), directory.resolve("large"));
    assertThat(whole.weightsSha256()).isNotEqualTo(large.weightsSha256());
  }

  @Test
  void resumesAmongMixedBatches() {
    Recipe recipe =
        SmallRuns.recipe(
            "augment.mix={mixup: 0.2, cutmix: 1, mode: elem}",
            "augment.repeats=2",
            "loss={kind: binary-cross-entropy, labelSmoothing: 0.1}");
    TrainResult whole = SmallRuns.run(recipe, directory.resolve("whole"));
    Path parts = directory.resolve("parts");
    SmallRuns.run(recipe, SmallRuns.options(parts, false, OptionalLong.of(3)));
    TrainResult last = SmallRuns.run(recipe, SmallRuns.options(parts, true, OptionalLong.empty()));
    assertThat(last.weightsSha256()).isEqualTo(whole.weightsSha256());
    TrainResult plain =
        SmallRuns.run(
            SmallRuns.recipe("loss={kind: binary-cross-entropy, labelSmoothing: 0.1}"),
            directory.resolve("plain"));
    assertThat(whole.weightsSha256()).isNotEqualTo(plain.weightsSha256());
  }

  @Test
  void resumesWhileValuesAreDropped() {
    Recipe recipe = SmallRuns.recipe("model.options={dropPath: 0.3, dropout: 0.2}");
    TrainResult whole = SmallRuns.run(recipe, directory.resolve("whole"));
    Path parts = directory.resolve("parts");
    SmallRuns.run(recipe, SmallRuns.options(parts, false, OptionalLong.of(3)));
    TrainResult last = SmallRuns.run(recipe, SmallRuns.options(parts, true, OptionalLong.empty()));
    assertThat(last.weightsSha256()).isEqualTo(whole.weightsSha256());
    TrainResult plain = SmallRuns.run(SmallRuns.recipe(), directory.resolve("plain"));
    assertThat(whole.weightsSha256()).isNotEqualTo(plain.weightsSha256());
  }

  @Test
  void aStopBetweenEpochsIsNoDifferentFromOneInside() {
    Recipe recipe = SmallRuns.recipe();
    TrainResult whole = SmallRuns.run(recipe, directory.resolve("whole"));
    Path parts = directory.resolve("parts");
    SmallRuns.run(recipe, SmallRuns.options(parts, false, OptionalLong.of(5)));
    TrainResult last = SmallRuns.run(recipe, SmallRuns.options(parts, true, OptionalLong.empty()));
    assertThat(last.weightsSha256()).isEqualTo(whole.weightsSha256());
    assertThat(last.epochs()).isEqualTo(2);
  }

  @Test
  void resumingAFinishedRunMeasuresItAgain() {
    Recipe recipe = SmallRuns.recipe();
    TrainResult whole = SmallRuns.run(recipe, directory);
    TrainResult again =
        SmallRuns.run(recipe, SmallRuns.options(directory, true, OptionalLong.empty()));
    assertThat(again.eval()).isEqualTo(whole.eval());
    assertThat(again.weightsSha256()).isEqualTo(whole.weightsSha256());
    assertThat(again.checkpoint()).isEqualTo(whole.checkpoint());
  }

  @Test
  void resumingAnEmptyDirectoryStartsAtTheBeginning() {
    TrainResult result =
        SmallRuns.run(SmallRuns.recipe(), SmallRuns.options(directory, true, OptionalLong.of(2)));
    assertThat(result.steps()).isEqualTo(2);
  }

  @Test
  void theMetricsOfAResumedRunHaveEachStepOnce() throws IOException {
    Recipe recipe = SmallRuns.recipe("checkpoint.everySteps=2");
    SmallRuns.run(recipe, SmallRuns.options(directory, false, OptionalLong.of(7)));
    // As if the process had been killed after the metrics of step 7 but before its checkpoint.
    Files.delete(directory.resolve("checkpoints/step-0000000007.safetensors"));
    SmallRuns.run(recipe, SmallRuns.options(directory, true, OptionalLong.empty()));
    List<String> steps =
        Files.readAllLines(directory.resolve("metrics.jsonl")).stream()
            .filter(line -> line.contains("\"kind\":\"train\""))
            .map(line -> line.replaceAll(".*\"step\":(\\d+).*", "$1"))
            .toList();
    assertThat(steps).doesNotHaveDuplicates().contains("5", "10");
  }

  @Test
  void aFinishedRunIsEvaluatedAgainAndHasNoTrainingLoss() {
    TrainResult first = SmallRuns.run(SmallRuns.recipe(), directory);
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    RunOptions again =
        new RunOptions(
            Optional.of(directory),
            true,
            OptionalLong.empty(),
            new LineProgress(
                new PrintStream(lines, true, StandardCharsets.UTF_8),
                Duration.ZERO,
                System::nanoTime));
    TrainResult second = SmallRuns.run(SmallRuns.recipe(), again);
    assertThat(second.eval()).isEqualTo(first.eval());
    assertThat(second.weightsSha256()).isEqualTo(first.weightsSha256());
    assertThat(lines.toString(StandardCharsets.UTF_8))
        .contains("epoch 2: top-1")
        .doesNotContain("NaN");
  }

  @Test
  void goesBackToTheNewestWholeCheckpoint() throws IOException {
    Recipe recipe = SmallRuns.recipe("checkpoint.everySteps=2");
    TrainResult whole = SmallRuns.run(recipe, directory.resolve("whole"));
    Path parts = directory.resolve("parts");
    TrainResult stopped =
        SmallRuns.run(recipe, SmallRuns.options(parts, false, OptionalLong.of(6)));
    byte[] bytes = Files.readAllBytes(stopped.checkpoint());
    bytes[bytes.length / 2] ^= 1;
    Files.write(stopped.checkpoint(), bytes);
    TrainResult last = SmallRuns.run(recipe, SmallRuns.options(parts, true, OptionalLong.empty()));
    assertThat(last.weightsSha256()).isEqualTo(whole.weightsSha256());
  }

  @Test
  void refusesACheckpointOfAnotherModel() {
    SmallRuns.run(SmallRuns.recipe(), SmallRuns.options(directory, false, OptionalLong.of(1)));
    Recipe other = SmallRuns.recipe("model.name=cifar_resnet14d");
    assertThatThrownBy(
            () -> SmallRuns.run(other, SmallRuns.options(directory, true, OptionalLong.empty())))
        .isInstanceOfSatisfying(
            KitbagException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("cifar_resnet8d")
        .hasMessageContaining("cifar_resnet14d");
  }

  @Test
  void refusesToOverwriteARun() {
    SmallRuns.run(SmallRuns.recipe(), SmallRuns.options(directory, false, OptionalLong.of(1)));
    assertThatThrownBy(() -> SmallRuns.run(SmallRuns.recipe(), directory))
        .isInstanceOf(KitbagException.class)
        .hasMessageContaining("--resume");
  }

  @Test
  void workersDoNotChangeTheResult() {
    List<String> digests =
        IntStream.of(1, 3)
            .mapToObj(
                workers ->
                    SmallRuns.run(
                            SmallRuns.recipe("runtime.workers=" + workers),
                            directory.resolve("workers-" + workers))
                        .weightsSha256())
            .toList();
    assertThat(digests.get(0)).isEqualTo(digests.get(1));
  }
}
