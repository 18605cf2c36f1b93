package io.kitbag.train.ablate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.Recipes;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TrickTest {

  private static final Recipe REFINED = Recipe.preset("refined");

  @Test
  void findsThePapersTricksInItsRecipe() {
    assertThat(Trick.in(REFINED))
        .containsExactly(
            Trick.LINEAR_SCALING,
            Trick.WARMUP,
            Trick.ZERO_GAMMA,
            Trick.NO_BIAS_DECAY,
            Trick.REDUCED_PRECISION,
            Trick.RESNET_TWEAKS,
            Trick.SCHEDULE,
            Trick.LABEL_SMOOTHING,
            Trick.MIXUP,
            Trick.FLIP,
            Trick.COLOR_JITTER,
            Trick.LIGHTING);
  }

  @Test
  void thePapersBaselineHasNoneOfThePapersTricks() {
    assertThat(Trick.in(Recipe.preset("baseline")))
        .containsExactly(Trick.FLIP, Trick.COLOR_JITTER, Trick.LIGHTING);
  }

  static List<String> presets() {
    return Recipes.names();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void aTrickIsGoneOnceItIsTakenOutAndTheOthersStay(String preset) {
    Recipe recipe = Recipe.preset(preset);
    List<Trick> all = Trick.in(recipe);
    for (Trick trick : all) {
      Recipe without = recipe.with(trick.takenOut(recipe).toArray(String[]::new));
      assertThat(Trick.in(without))
          .as("%s without %s", preset, trick.label())
          .containsExactlyElementsOf(all.stream().filter(each -> each != trick).toList());
    }
  }

  @ParameterizedTest
  @MethodSource("presets")
  void allCanBeTakenOutTogether(String preset) {
    Recipe recipe = Recipe.preset(preset);
    String[] changes =
        Trick.in(recipe).stream()
            .flatMap(trick -> trick.takenOut(recipe).stream())
            .toArray(String[]::new);
    assertThat(Trick.in(recipe.with(changes))).isEmpty();
  }

  @Test
  void tweaksGoByTheNetworksName() {
    assertThat(Trick.RESNET_TWEAKS.takenOut(REFINED)).containsExactly("model.name=resnet50_v1");
    Recipe cifar = Recipe.preset("cifar10-resnet").with("model.name=cifar_resnet20d");
    assertThat(Trick.RESNET_TWEAKS.takenOut(cifar)).containsExactly("model.name=cifar_resnet20");
    assertThat(Trick.RESNET_TWEAKS.takenOut(REFINED.with("model.name=mobilenet_v2"))).isEmpty();
  }

  @Test
  void aScheduleGivesWayToStepsAtTheQuartersAfterTheWarmUp() {
    assertThat(Trick.SCHEDULE.takenOut(REFINED))
        .containsExactly(
            "schedule.name=step", "schedule.milestones=[50, 100, 150]", "schedule.factor=0.1");
    assertThat(Trick.SCHEDULE.takenOut(REFINED.with("epochs=16")))
        .contains("schedule.milestones=[8, 12]");
  }

  @Test
  void aRateThatIsScaledByOneIsNoTrick() {
    assertThat(Trick.LINEAR_SCALING.takenOut(REFINED.with("batchSize=256"))).isEmpty();
  }

  @Test
  void namesChooseTricksInTheirOrder() {
    assertThat(Trick.named(REFINED, List.of("mixup", "warmup")))
        .containsExactly(Trick.MIXUP, Trick.WARMUP);
    assertThatThrownBy(() -> Trick.named(REFINED, List.of("mixip")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("there is no trick \"mixip\"; did you mean mixup?")
        .hasMessageContaining("linear-scaling, warmup");
    assertThatThrownBy(() -> Trick.named(REFINED, List.of("cutmix")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("refined has no cutmix to leave out; it has linear-scaling,");
  }
}
