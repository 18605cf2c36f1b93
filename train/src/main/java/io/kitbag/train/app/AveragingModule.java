package io.kitbag.train.app;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import io.kitbag.optim.average.AveragingRule;
import io.kitbag.optim.average.DecayWarmUp;
import io.kitbag.optim.average.Ema;
import io.kitbag.optim.average.Lookahead;
import io.kitbag.optim.average.Swa;
import io.kitbag.optim.average.SwaRate;
import io.kitbag.optim.schedule.Epochs;
import io.kitbag.optim.schedule.Schedule;
import io.kitbag.train.loop.AveragingPlan;
import io.kitbag.train.recipe.AveragingRecipe;
import io.kitbag.train.recipe.Recipe;
import java.util.Optional;

/** Binds how the weights are averaged. */
final class AveragingModule extends AbstractModule {

  @Provides
  AveragingPlan averaging(Recipe recipe) {
    AveragingRecipe plan = recipe.averaging();
    return switch (plan.kind()) {
      case NONE -> AveragingPlan.none();
      case EMA -> epochs -> Optional.of(ema(recipe, epochs));
      case LOOKAHEAD ->
          epochs ->
              Optional.of(
                  new Lookahead(
                      plan.lookahead().everySteps(),
                      plan.lookahead().decay(),
                      plan.lookahead().power(),
                      epochs.steps(recipe.epochs())));
      case SWA -> new SwaPlan(plan.swa(), (int) (plan.swa().start() * recipe.epochs()));
    };
  }

  private static AveragingRule ema(Recipe recipe, Epochs epochs) {
    AveragingRecipe.Ema ema = recipe.averaging().ema();
    return switch (ema.warmup()) {
      case NONE -> new Ema(ema.decay(), new DecayWarmUp.Follow(0), ema.everySteps());
      case TIMM -> new Ema(ema.decay(), DecayWarmUp.Power.TIMM, ema.everySteps());
      case TORCHVISION ->
          Ema.torchvision(
              ema.decay(),
              ema.everySteps(),
              recipe.imagesPerStep(),
              recipe.epochs(),
              epochs.steps(recipe.schedule().warmupEpochs()));
    };
  }

  private record SwaPlan(AveragingRecipe.Swa swa, int startEpoch) implements AveragingPlan {

    @Override
    public Optional<AveragingRule> rule(Epochs epochs) {
      return Optional.of(new Swa(epochs.steps(startEpoch), epochs.steps(swa.everyEpochs())));
    }

    @Override
    public Schedule schedule(Schedule schedule, Epochs epochs) {
      if (swa.learningRate() == 0) {
        return schedule;
      }
      boolean constant = swa.cycleEpochs() == 0;
      return new SwaRate(
          schedule,
          epochs.steps(startEpoch),
          swa.learningRate(),
          constant ? swa.learningRate() : swa.lowestLearningRate(),
          constant ? 1 : epochs.steps(swa.cycleEpochs()));
    }
  }
}
