package io.kitbag.train.report;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One measurement on the test images; NaN stands for what was not measured.
 *
 * @param step optimizer steps before it
 * @param epoch epochs before it, with the part of one that was begun
 * @param trainLoss mean since the measurement before
 * @param seconds of the whole run until then
 */
record Evaluation(
    long step,
    double epoch,
    double trainLoss,
    double top1,
    double top5,
    double loss,
    double averagedTop1,
    double averagedTop5,
    double averagedLoss,
    double images,
    double seconds) {

  /** The one with the highest value, the first of several as good. */
  static Evaluation best(List<Evaluation> all, ToDoubleFunction<Evaluation> value) {
    Evaluation best = all.get(0);
    for (Evaluation each : all) {
      double highest = value.applyAsDouble(best);
      if (Double.isNaN(highest) || value.applyAsDouble(each) > highest) {
        best = each;
      }
    }
    return best;
  }
}
