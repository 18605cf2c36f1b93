package io.kitbag.train.app;

import io.kitbag.optim.Adam;
import io.kitbag.optim.Decay;
import io.kitbag.optim.Lamb;
import io.kitbag.optim.Lars;
import io.kitbag.optim.Lion;
import io.kitbag.optim.Muon;
import io.kitbag.optim.MxnetNag;
import io.kitbag.optim.NAdam;
import io.kitbag.optim.RmsProp;
import io.kitbag.optim.Sgd;
import io.kitbag.optim.TfRmsProp;
import io.kitbag.optim.UpdateRule;
import io.kitbag.train.recipe.OptimizerRecipe;
import java.util.List;

/** The update rule that a recipe names, with its settings or the rule's own. */
final class UpdateRules {

  private final OptimizerRecipe recipe;

  private UpdateRules(OptimizerRecipe recipe) {
    this.recipe = recipe;
  }

  static UpdateRule of(OptimizerRecipe recipe) {
    return new UpdateRules(recipe).named(recipe.name());
  }

  private UpdateRule named(OptimizerRecipe.Name name) {
    double momentum = recipe.momentum();
    return switch (name) {
      case NAG -> Sgd.nesterov(momentum);
      case NAGW -> Sgd.nesterov(momentum).decoupled();
      case NAG_MXNET -> new MxnetNag(momentum);
      case SGD -> Sgd.momentum(momentum);
      case SGDW -> Sgd.momentum(momentum).decoupled();
      case RMSPROP ->
          new RmsProp(alpha(0.99), epsilon(1e-8), momentum, recipe.rmsprop().centered());
      case RMSPROP_TF -> new TfRmsProp(alpha(0.9), epsilon(1e-10), momentum);
      case ADAM -> new Adam(beta(0, 0.9), beta(1, 0.999), epsilon(1e-8), Decay.COUPLED);
      case ADAMW -> new Adam(beta(0, 0.9), beta(1, 0.999), epsilon(1e-8), Decay.DECOUPLED);
      case NADAM -> nadam(Decay.COUPLED);
      case NADAMW -> nadam(Decay.DECOUPLED);
      case LAMB ->
          new Lamb(beta(0, 0.9), beta(1, 0.999), epsilon(1e-6), recipe.layerwise().always());
      case LARS ->
          new Lars(
              momentum,
              false,
              recipe.layerwise().trust(),
              epsilon(1e-8),
              recipe.layerwise().always());
      case LION -> new Lion(beta(0, 0.9), beta(1, 0.99));
      case MUON ->
          new Muon(
              momentum,
              true,
              recipe.muon().iterations(),
              recipe.muon().linear(),
              named(recipe.muon().companion()));
    };
  }

  private NAdam nadam(Decay decay) {
    return new NAdam(beta(0, 0.9), beta(1, 0.999), epsilon(1e-8), 4e-3, decay);
  }

  private double beta(int which, double own) {
    return recipe.betas().map((List<Double> betas) -> betas.get(which)).orElse(own);
  }

  private double epsilon(double own) {
    return recipe.epsilon().orElse(own);
  }

  private double alpha(double own) {
    return recipe.rmsprop().alpha().orElse(own);
  }
}
