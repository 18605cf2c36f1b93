package io.kitbag.train.loop;

import io.kitbag.optim.GradientClip;
import io.kitbag.optim.SharpnessAware;
import io.kitbag.precision.CompiledNetwork;
import io.kitbag.train.recipe.OptimizerRecipe;
import java.util.Optional;

/** What a recipe does with gradients before they reach the update rule. */
final class GradientParts {

  private GradientParts() {}

  /** The one clip that the recipe asks for, if any. */
  static Optional<GradientClip> clip(OptimizerRecipe recipe, CompiledNetwork network) {
    var manager = network.manager();
    if (recipe.clipNorm() > 0) {
      return Optional.of(GradientClip.globalNorm(manager, recipe.clipNorm()));
    }
    if (recipe.clipValue() > 0) {
      return Optional.of(GradientClip.value(manager, recipe.clipValue()));
    }
    return recipe.clipAdaptive() > 0
        ? Optional.of(
            GradientClip.adaptive(
                manager, network.trainedSpecs(), network.trained(), recipe.clipAdaptive()))
        : Optional.empty();
  }

  /** The climb before each step, if the recipe asks for it. */
  static Optional<SharpnessAware> sharpness(OptimizerRecipe recipe, CompiledNetwork network) {
    var manager = network.manager();
    double rho = recipe.sharpness().rho();
    return switch (recipe.sharpness().kind()) {
      case NONE -> Optional.empty();
      case SAM ->
          Optional.of(SharpnessAware.sam(manager, rho, network.trained(), network.buffers()));
      case ASAM ->
          Optional.of(SharpnessAware.asam(manager, rho, network.trained(), network.buffers()));
    };
  }
}
