package io.kitbag.train.app;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.models.Network;
import io.kitbag.optim.LayerDecay;
import io.kitbag.optim.ParameterGroups;
import io.kitbag.optim.ParameterRules;
import io.kitbag.optim.UpdateRule;
import io.kitbag.optim.loss.BinaryCrossEntropy;
import io.kitbag.optim.loss.ClassWeighted;
import io.kitbag.optim.loss.CrossEntropy;
import io.kitbag.optim.loss.Focal;
import io.kitbag.optim.loss.LossRule;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.loop.SchedulePlan;
import io.kitbag.train.recipe.GroupRecipe;
import io.kitbag.train.recipe.LossRecipe;
import io.kitbag.train.recipe.OptimizerRecipe;
import io.kitbag.train.recipe.Recipe;

/** Binds how the network learns: update rule, decay, learning rate, loss. */
final class OptimModule extends AbstractModule {

  @Provides
  UpdateRule updateRule(Recipe recipe) {
    return UpdateRules.of(recipe.optimizer());
  }

  @Provides
  ParameterGroups parameterGroups(Recipe recipe, Network network) {
    OptimizerRecipe optimizer = recipe.optimizer();
    ParameterGroups decayed =
        optimizer.decayBias()
            ? ParameterGroups.uniform(optimizer.weightDecay())
            : ParameterGroups.noBiasDecay(optimizer.weightDecay());
    ParameterGroups base =
        optimizer.layerDecay() == 1
            ? decayed
            : LayerDecay.over(network.tensors(), decayed, optimizer.layerDecay());
    if (optimizer.groups().isEmpty()) {
      return base;
    }
    try {
      return ParameterRules.over(
          network.tensors(), base, optimizer.groups().stream().map(GroupRecipe::rule).toList());
    } catch (IllegalArgumentException e) {
      throw new KitbagException(ExitCode.USAGE, "optimizer.groups: " + e.getMessage(), e);
    }
  }

  @Provides
  LossRule loss(Recipe recipe, DataSplit images) {
    LossRecipe loss = recipe.loss();
    CrossEntropy.Form form =
        switch (loss.form()) {
          case PAPER -> CrossEntropy.Form.OTHER_CLASSES;
          case UNIFORM -> CrossEntropy.Form.ALL_CLASSES;
        };
    return switch (loss.kind()) {
      case CROSS_ENTROPY ->
          loss.classWeights().isEmpty()
              ? new CrossEntropy(loss.labelSmoothing(), form)
              : weighted(loss, images.train().classes().size());
      case BINARY_CROSS_ENTROPY ->
          new BinaryCrossEntropy(
              loss.labelSmoothing(), form, loss.targetThreshold(), loss.sumClasses());
      case FOCAL -> new Focal(loss.focalGamma());
    };
  }

  private static LossRule weighted(LossRecipe loss, int classes) {
    int weights = loss.classWeights().size();
    if (weights != classes) {
      throw new KitbagException(
          ExitCode.USAGE,
          "loss.classWeights: %d weights for %d classes; give one for each"
              .formatted(weights, classes));
    }
    return new ClassWeighted(loss.classWeights(), loss.labelSmoothing());
  }

  @Provides
  SchedulePlan schedule(Recipe recipe) {
    return new RecipeSchedule(recipe);
  }
}
