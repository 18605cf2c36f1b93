package io.kitbag.train.app;

import io.kitbag.optim.schedule.Epochs;
import io.kitbag.optim.schedule.Peak;
import io.kitbag.optim.schedule.Plateau;
import io.kitbag.optim.schedule.Schedule;
import io.kitbag.optim.schedule.StableDecay;
import io.kitbag.optim.schedule.WarmUp;
import io.kitbag.train.loop.SchedulePlan;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.ScheduleRecipe;
import java.util.Optional;

/** The learning rate as a recipe says. */
record RecipeSchedule(Recipe recipe) implements SchedulePlan {

  @Override
  public Schedule over(Epochs epochs) {
    ScheduleRecipe plan = recipe.schedule();
    long total = epochs.steps(Math.max(0, recipe.epochs() - plan.cooldownEpochs()));
    WarmUp warmUp = new WarmUp(plan.warmup() == ScheduleRecipe.Warmup.LINEAR, plan.warmupFactor());
    Peak peak =
        Schedule.peak(recipe.peakLearningRate()).warmUp(epochs.steps(plan.warmupEpochs()), warmUp);
    // A short trial may be all warm-up.
    return total > peak.warmUpSteps() ? shape(plan, peak, total, epochs) : peak.constant();
  }

  private static Schedule shape(ScheduleRecipe plan, Peak peak, long total, Epochs epochs) {
    double last = plan.finalLearningRate();
    return switch (plan.name()) {
      case CONSTANT, PLATEAU -> peak.constant();
      case COSINE ->
          plan.cycles() == 1
              ? peak.cosine(total, last)
              : peak.cosineCycles(total, plan.cycles(), plan.cycleFactor(), last);
      case POLYNOMIAL -> peak.polynomial(total, plan.power(), last);
      case WSD ->
          peak.stableDecay(
              total,
              Math.max(1, Math.round(plan.wsd().decay() * total)),
              last,
              StableDecay.Shape.valueOf(plan.wsd().shape().name()));
      case ONE_CYCLE ->
          peak.oneCycle(
              total,
              plan.oneCycle().peakAt(),
              plan.oneCycle().divisor(),
              plan.oneCycle().finalDivisor(),
              plan.oneCycle().cosine());
      case TRIANGULAR ->
          peak.triangular(
              total, plan.triangle().start(), plan.triangle().peakAt(), plan.triangle().end());
      case STEP ->
          peak.stepDecay(
              plan.factor(), plan.milestones().stream().mapToLong(epochs::steps).toArray());
    };
  }

  @Override
  public Optional<Lowering> lowering() {
    ScheduleRecipe plan = recipe.schedule();
    if (plan.name() != ScheduleRecipe.Name.PLATEAU) {
      return Optional.empty();
    }
    ScheduleRecipe.Plateau plateau = plan.plateau();
    boolean top1 = plateau.metric() == ScheduleRecipe.Plateau.Metric.TOP1;
    return Optional.of(
        new Lowering(
            new Plateau(
                top1, plan.factor(), plateau.patience(), plateau.threshold(), plateau.cooldown()),
            plan.finalLearningRate()));
  }
}
