package io.kitbag.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kitbag.train.recipe.PrecisionRecipe.Compute;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PrecisionRecipeTest {

  @Test
  void readsAndWritesOverridesByName() {
    Recipe recipe =
        Recipe.preset("efficient")
            .with("precision.overrides={fc: fp32, \"layer4.*\": fp32, \"/^bn/\": fp16}");
    assertThat(recipe.precision().overrides())
        .containsExactly(
            Map.entry("fc", Compute.FP32),
            Map.entry("layer4.*", Compute.FP32),
            Map.entry("/^bn/", Compute.FP16));
    assertThat(Recipes.parse(recipe.toYaml(), "again")).isEqualTo(recipe);
    assertThat(Recipe.preset("efficient").precision().overrides()).isEmpty();
  }

  @Test
  void refusesOverridesThatCannotBe() {
    Recipe recipe = Recipe.preset("efficient");
    assertThatThrownBy(() -> recipe.with("precision.overrides={fc: bf16}"))
        .isInstanceOf(RecipeException.class)
        .hasMessageContaining("bf16 for \"fc\" must be fp32, or the type of precision.compute");
    assertThatThrownBy(() -> recipe.with("precision.overrides={fc: half}"))
        .hasMessageContaining("precision.overrides.fc")
        .hasMessageContaining("\"half\" is not one of");
    assertThatThrownBy(() -> recipe.with("precision.overrides={\"/[/\": fp32}"))
        .hasMessageContaining("is not a regular expression");
    assertThatThrownBy(() -> recipe.with("precision={compute: tf32, overrides: {fc: fp32}}"))
        .hasMessageContaining("cannot be with tf32");
    assertThatThrownBy(() -> recipe.with("precision.overrides=fp32"))
        .hasMessageContaining("is not a section; write {name: value}");
  }

  @Test
  void refusesBoundsThatTheScaleIsNotIn() {
    Recipe recipe = Recipe.preset("efficient");
    assertThatThrownBy(() -> recipe.with("precision.lossScale.max=1024"))
        .hasMessageContaining("precision.lossScale.max: 1024.0 must be finite and at least value");
    assertThatThrownBy(() -> recipe.with("precision.lossScale.min=0"))
        .hasMessageContaining("precision.lossScale.min: 0.0 must be above 0");
    assertThatThrownBy(() -> recipe.with("precision.lossScale.hysteresis=0"))
        .hasMessageContaining("hysteresis");
  }
}
