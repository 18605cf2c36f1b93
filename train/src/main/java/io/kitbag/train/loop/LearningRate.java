package io.kitbag.train.loop;

import io.kitbag.optim.schedule.Plateau;
import io.kitbag.optim.schedule.Schedule;
import java.util.Map;
import java.util.Optional;

/** The learning rate of each step: a schedule, lowered by what was measured if a plan says so. */
final class LearningRate {

  private static final String BEST = "plateauBest";
  private static final String BAD = "plateauBad";
  private static final String COOLING = "plateauCooling";
  private static final String REDUCTIONS = "plateauReductions";

  private final Schedule schedule;
  private final Optional<SchedulePlan.Lowering> lowering;
  private Optional<Plateau.State> seen;

  LearningRate(Schedule schedule, Optional<SchedulePlan.Lowering> lowering) {
    this.schedule = schedule;
    this.lowering = lowering;
    seen = lowering.map(rule -> rule.plateau().start());
  }

  double at(long step) {
    double rate = schedule.at(step);
    return seen.map(state -> lowering.orElseThrow().plateau().lowered(rate, lowest(), state))
        .orElse(rate);
  }

  private double lowest() {
    return lowering.orElseThrow().lowest();
  }

  /** Takes note of a measurement of the trained weights. */
  void measured(EvalResult eval) {
    seen =
        seen.map(
            state -> {
              Plateau plateau = lowering.orElseThrow().plateau();
              return plateau.after(state, plateau.higherIsBetter() ? eval.top1() : eval.loss());
            });
  }

  /** Adds what was seen, if anything is looked at. */
  void addTo(Map<String, Double> numbers) {
    seen.ifPresent(
        state -> {
          if (Double.isFinite(state.best())) {
            numbers.put(BEST, state.best());
          }
          numbers.put(BAD, (double) state.bad());
          numbers.put(COOLING, (double) state.cooling());
          numbers.put(REDUCTIONS, (double) state.reductions());
        });
  }

  /** Continues from saved numbers; without them nothing was seen yet. */
  void restore(Map<String, Double> numbers) {
    seen =
        seen.map(
            start ->
                new Plateau.State(
                    numbers.getOrDefault(BEST, start.best()),
                    numbers.getOrDefault(BAD, 0.0).intValue(),
                    numbers.getOrDefault(COOLING, 0.0).intValue(),
                    numbers.getOrDefault(REDUCTIONS, 0.0).intValue()));
  }
}
