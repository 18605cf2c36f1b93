package io.kitbag.train.ablate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.loop.EvalResult;
import io.kitbag.train.loop.TrainResult;
import io.kitbag.train.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With trainings that only say what they would have reached. */
class AblationTest {

  private static final Recipe RECIPE = Recipe.preset("refined").with("seed=5");

  @TempDir Path folder;

  private final List<String> trained = new ArrayList<>();

  private static AblationPlan plan(int seeds) {
    return AblationPlan.leavingOut(
        RECIPE, List.of(Trick.MIXUP, Trick.LABEL_SMOOTHING), Map.of(), seeds);
  }

  /** Mixup is worth a point, a little more with each seed; smoothing nothing; seeds differ. */
  private TrainResult train(Recipe recipe, Path directory, boolean stopped) {
    trained.add(directory.getParent().getFileName() + "/" + directory.getFileName());
    double top1 = 0.7 + 0.02 * recipe.seed();
    if (recipe.augment().mix().mixup() == 0) {
      top1 -= 0.01 + 0.001 * recipe.seed();
    }
    EvalResult eval = new EvalResult(top1, 0.9, 1.5, 1000);
    return new TrainResult(
        Optional.of(eval),
        Optional.empty(),
        false,
        60,
        1,
        10,
        0,
        directory,
        directory,
        "0",
        stopped,
        0,
        0);
  }

  private AblationResult run(int seeds) {
    return new Ablation(plan(seeds), (recipe, path) -> train(recipe, path, false), line -> {})
        .run(folder);
  }

  @Test
  void trainsAllVariantsWithASeedBeforeTheNextSeed() {
    run(2);
    assertThat(trained)
        .containsExactly(
            "all/seed-5",
            "without-mixup/seed-5",
            "without-label-smoothing/seed-5",
            "all/seed-6",
            "without-mixup/seed-6",
            "without-label-smoothing/seed-6");
  }

  @Test
  void pairsRunsBySeed() {
    List<AblationRow> rows = run(3).rows();
    // Seeds differ by two points, differences by a tenth: 0.015, 0.016, 0.017.
    Effect mixup = rows.get(1).worth().orElseThrow();
    assertThat(mixup.mean()).isCloseTo(0.016, within(1e-12));
    assertThat(mixup.halfWidth().orElseThrow()).isCloseTo(0.0024841, within(1e-7));
    assertThat(mixup.verdict()).isEqualTo(Effect.Verdict.HELPS);
    assertThat(rows.get(1).deviation().orElseThrow()).isCloseTo(0.019, within(1e-12));
    assertThat(rows.get(2).worth().orElseThrow().verdict()).isEqualTo(Effect.Verdict.UNCLEAR);
    assertThat(rows.get(0).worth()).isEmpty();
    assertThat(rows.get(0).seconds()).hasValue(60);
  }

  @Test
  void repeatsNothingAndGoesOnWithMoreSeeds() {
    AblationResult first = run(1);
    assertThat(run(1)).isEqualTo(first);
    assertThat(trained).hasSize(3);
    AblationResult more = run(2);
    assertThat(trained).hasSize(6);
    assertThat(more.isComplete()).isTrue();
    assertThat(more.rows()).allMatch(row -> row.runs() == 2);
  }

  @Test
  void endsWithWhatThereIsWhenARunIsStopped() {
    Ablation ablation =
        new Ablation(
            plan(2), (recipe, path) -> train(recipe, path, trained.size() == 3), line -> {});
    AblationResult stopped = ablation.run(folder);
    assertThat(stopped.isComplete()).isFalse();
    assertThat(stopped.runs()).hasSize(3);
    assertThat(run(2).isComplete()).isTrue();
    // The run that was stopped was begun again, the three before it were not.
    assertThat(trained).hasSize(7).containsOnlyOnce("all/seed-5").contains("all/seed-6");
  }

  @Test
  void aRunWhoseNumbersGoWrongIsAResultToo() throws IOException {
    Ablation ablation =
        new Ablation(
            plan(2),
            (recipe, path) -> {
              if (recipe.augment().mix().mixup() == 0 && recipe.seed() == 6) {
                throw new KitbagException(ExitCode.NUMERICS, "the loss is NaN");
              }
              return train(recipe, path, false);
            },
            line -> {});
    AblationResult result = ablation.run(folder);
    assertThat(result.isComplete()).isTrue();
    assertThat(result.rows().get(1).runs()).isEqualTo(1);
    assertThat(result.rows().get(1).diverged()).isEqualTo(1);
    assertThat(result.rows().get(1).worth().orElseThrow().pairs()).isEqualTo(1);
    assertThat(AblationReport.text(result)).contains("1 run diverged");
    assertThat(Files.readString(folder.resolve("ablation.md"))).contains("1 run diverged");
  }

  @Test
  void anyOtherFailureEndsIt() {
    Ablation ablation =
        new Ablation(
            plan(1),
            (recipe, path) -> {
              throw new KitbagException(ExitCode.DATA, "no images");
            },
            line -> {});
    assertThatThrownBy(() -> ablation.run(folder)).hasMessage("no images");
  }

  @Test
  void refusesADirectoryWithRunsOfAnotherRecipe() {
    run(1);
    Ablation other =
        new Ablation(
            AblationPlan.leavingOut(RECIPE.with("epochs=7"), List.of(Trick.MIXUP), Map.of(), 1),
            (recipe, path) -> train(recipe, path, false),
            line -> {});
    assertThatThrownBy(() -> other.run(folder))
        .isInstanceOf(KitbagException.class)
        .hasMessage(
            "%s has runs of another recipe (all, seed 5); repeat the options it began with, or choose another --out"
                .formatted(folder));
    assertThat(trained).hasSize(3);
  }

  @Test
  void refusesAListOfRunsThatIsNone() throws IOException {
    Files.writeString(folder.resolve("runs.json"), "[{\"variant\": 3");
    assertThatThrownBy(() -> run(1))
        .isInstanceOf(KitbagException.class)
        .hasMessageContaining("runs.json is not the list of an ablation's runs");
  }

  @Test
  void writesATableAndAPicture() throws IOException {
    AblationResult result = run(3);
    assertThat(AblationReport.text(result).lines().skip(1))
        .containsExactly(
            "all                         3    82.00       2.00                                   60.0",
            "without-mixup               3    80.40       1.90  +1.60 (+1.35 to +1.85)           60.0  mixup helps",
            "without-label-smoothing     3    82.00       2.00  +0.00 (+0.00 to +0.00)           60.0  label-smoothing unclear");
    assertThat(Files.readString(folder.resolve("ablation.md")))
        .contains(
            "seeds 5 to 7; 9 of 9 runs are done.",
            "| without-mixup | 3 | 80.40 | 1.90 | all | +1.60 (+1.35 to +1.85) | mixup helps | 60.0 | `augment.mix.mixup=0` |");
    assertThat(Files.readString(folder.resolve("ablation.svg")))
        .contains("<title>mixup +1.60 (+1.35 to +1.85)</title>");
  }
}
