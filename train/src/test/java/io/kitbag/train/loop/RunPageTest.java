package io.kitbag.train.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kitbag.train.KitbagException;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.telemetry.LineProgress;
import io.kitbag.train.telemetry.RunPage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunPageTest {

  @TempDir Path directory;

  private String page() throws IOException {
    return Files.readString(directory.resolve("report.html"));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  @Test
  void tellsWhatARunCameTo() throws IOException {
    TrainResult result = SmallRuns.run(SmallRuns.recipe("averaging.kind=ema"), directory);
    EvalResult eval = result.eval().orElseThrow();
    assertThat(page())
        .contains("<h1>quickstart, cifar_resnet8d</h1>", "Finished after 2 of 2 epochs, 10 steps.")
        .contains(percent(eval.top1()), percent(result.averagedEval().orElseThrow().top1()))
        .contains(result.weightsSha256(), result.checkpoint().getFileName().toString())
        .contains("evaluation, checkpoints and the rest", "name: cifar_resnet8d", "PyTorch");
  }

  @Test
  void isWrittenAfterEveryEpochAndAtTheEnd() {
    List<Long> evaluations = new ArrayList<>();
    RunPage counting =
        run -> {
          try {
            evaluations.add(
                Files.readAllLines(run.resolve("metrics.jsonl")).stream()
                    .filter(line -> line.contains("\"kind\":\"eval\""))
                    .count());
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        };
    SmallRuns.run(
        SmallRuns.recipe("eval.everyEpochs=2"),
        directory,
        binder -> binder.bind(RunPage.class).toInstance(counting));
    assertThat(evaluations).containsExactly(0L, 1L, 1L);
  }

  @Test
  void saysWhereARunWasResumedAndHasTheStepsOfAllParts() throws IOException {
    Recipe recipe = SmallRuns.recipe();
    SmallRuns.run(recipe, SmallRuns.options(directory, false, OptionalLong.of(3)));
    assertThat(page()).contains("Stopped after 0.60 of 2 epochs, 3 steps.");

    TrainResult result =
        SmallRuns.run(recipe, SmallRuns.options(directory, true, OptionalLong.empty()));
    assertThat(page())
        .contains("Finished after 2 of 2 epochs, 10 steps; resumed once, at step 3.")
        .contains(result.weightsSha256());
  }

  @Test
  void trainingGoesOnIfItCannotBeWritten() throws IOException {
    Files.createDirectories(directory.resolve("report.html/in-the-way"));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    try (LineProgress progress =
        new LineProgress(
            new PrintStream(err, true, StandardCharsets.UTF_8),
            Duration.ofDays(1),
            System::nanoTime)) {
      TrainResult result =
          SmallRuns.run(
              SmallRuns.recipe(),
              new RunOptions(Optional.of(directory), false, OptionalLong.empty(), progress));
      assertThat(result.steps()).isEqualTo(SmallRuns.STEPS);
    }
    assertThat(err.toString(StandardCharsets.UTF_8).lines())
        .filteredOn(line -> line.contains("report.html"))
        .singleElement()
        .asString()
        .startsWith("report.html was not written, training goes on: ");
  }

  @Test
  void hasTheStepsThatLedToADivergence() throws IOException {
    assertThatThrownBy(
            () -> SmallRuns.run(SmallRuns.recipe("schedule.learningRate=1e30"), directory))
        .isInstanceOf(KitbagException.class);
    assertThat(page()).contains("Not at its end after");
  }
}
