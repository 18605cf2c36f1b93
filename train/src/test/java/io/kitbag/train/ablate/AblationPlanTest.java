package io.kitbag.train.ablate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kitbag.train.ablate.Variant.Comparison;
import io.kitbag.train.recipe.Recipe;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AblationPlanTest {

  private static final Recipe RECIPE = Recipe.preset("refined");
  private static final List<Trick> TRICKS = List.of(Trick.MIXUP, Trick.LABEL_SMOOTHING);
  private static final Map<String, List<String>> OTHERS = Map.of("long", List.of("epochs=300"));

  @Test
  void leavingOutComparesEachWithTheWholeRecipe() {
    AblationPlan plan = AblationPlan.leavingOut(RECIPE, TRICKS, OTHERS, 4);
    assertThat(plan.runs()).isEqualTo(16);
    assertThat(plan.variants())
        .extracting(Variant::name)
        .containsExactly("all", "without-mixup", "without-label-smoothing", "long");
    assertThat(plan.variants().get(0).recipe()).isEqualTo(RECIPE);
    assertThat(plan.variants().get(0).comparison()).isEmpty();
    Variant second = plan.variants().get(1);
    assertThat(second.recipe()).isEqualTo(RECIPE.with("augment.mix.mixup=0"));
    assertThat(second.comparison()).contains(new Comparison("mixup", "all", true));
    assertThat(plan.variants().get(3).recipe().epochs()).isEqualTo(300);
    assertThat(plan.variants().get(3).comparison()).contains(new Comparison("long", "all", false));
  }

  @Test
  void stackingAddsOneTrickAtATimeAndEndsWithTheWholeRecipe() {
    AblationPlan plan = AblationPlan.stacking(RECIPE, TRICKS, OTHERS, 1);
    assertThat(plan.variants())
        .extracting(Variant::name)
        .containsExactly("none", "with-mixup", "with-label-smoothing", "long");
    assertThat(plan.variants())
        .extracting(variant -> variant.recipe().augment().mix().mixup())
        .containsExactly(0.0, 0.2, 0.2, 0.2);
    assertThat(plan.variants())
        .extracting(variant -> variant.recipe().loss().labelSmoothing())
        .containsExactly(0.0, 0.0, 0.1, 0.1);
    assertThat(plan.variants().get(2).recipe()).isEqualTo(RECIPE);
    assertThat(plan.variants().get(2).comparison())
        .contains(new Comparison("label-smoothing", "with-mixup", false));
    assertThat(plan.variants().get(3).comparison())
        .contains(new Comparison("long", "with-label-smoothing", false));
  }

  @Test
  void refusesWhatCannotBeCompared() {
    assertThatThrownBy(() -> AblationPlan.leavingOut(RECIPE, List.of(), Map.of(), 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("there is nothing to compare");
    assertThatThrownBy(() -> AblationPlan.leavingOut(RECIPE, TRICKS, Map.of(), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("seeds is 0; it must be at least 1");
    Map<String, List<String>> twice = Map.of("without-mixup", List.of("epochs=9"));
    assertThatThrownBy(() -> AblationPlan.leavingOut(RECIPE, TRICKS, twice, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("two variants are named without-mixup; give each its own name");
    Map<String, List<String>> outside = Map.of("../x", List.of("epochs=9"));
    assertThatThrownBy(() -> AblationPlan.leavingOut(RECIPE, TRICKS, outside, 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"../x\" must be named with letters");
  }
}
