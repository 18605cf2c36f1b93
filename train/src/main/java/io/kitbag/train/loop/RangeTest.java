package io.kitbag.train.loop;

import io.kitbag.augment.EpochBatches;
import io.kitbag.models.DrawKey;
import io.kitbag.optim.schedule.Epochs;
import io.kitbag.optim.schedule.ExponentialRange;
import io.kitbag.precision.NumericsGuard;
import io.kitbag.precision.TorchRuntime;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.data.Pipelines;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.telemetry.Meters;
import io.kitbag.train.telemetry.Progress;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;

/**
 * The learning-rate range test (Smith, arXiv 1506.01186 §3.3): trains for some steps while the rate
 * rises, until the loss has clearly left its lowest value. It trains weights of its own and writes
 * nothing.
 */
public final class RangeTest {

  /** fastai, {@code callback/schedule.py}: it stops at four times the lowest smoothed loss. */
  private static final double DIVERGED = 4;

  private final Recipe recipe;
  private final TrainingParts parts;
  private final Pipelines pipelines;
  private final Progress progress;

  @Inject
  public RangeTest(Recipe recipe, RunOptions options, TrainingParts parts, Pipelines pipelines) {
    this.recipe = recipe;
    this.progress = options.progress();
    this.parts = parts;
    this.pipelines = pipelines;
  }

  /**
   * Runs it from the weights that a run of the recipe would start with.
   *
   * @throws KitbagException if there are fewer images than a step takes
   */
  public RangeResult run(ExponentialRange rates) {
    Trainer.requireOneStep(recipe, pipelines);
    TorchRuntime.setThreads(Trainer.threads(recipe));
    progress.message(NumericsGuard.check(parts.policy(), parts.device()).toString());
    TrainingParts withRates =
        new TrainingParts(
            parts.network(),
            parts.device(),
            parts.policy(),
            parts.updateRule(),
            parts.parameterGroups(),
            epochs -> rates,
            parts.loss(),
            parts.teacher(),
            AveragingPlan.none());
    try (TrainSession session =
        new TrainSession(withRates, recipe, new Epochs(rates.steps()), new Meters())) {
      session.begin(FirstWeights.of(recipe, parts.network(), pipelines.train(), progress::message));
      return RangeResult.of(losses(session, rates));
    }
  }

  private List<RangeResult.Point> losses(TrainSession session, ExponentialRange rates) {
    SmoothedLoss smoothed = new SmoothedLoss();
    List<RangeResult.Point> points = new ArrayList<>();
    double lowest = Double.POSITIVE_INFINITY;
    int ofStep = recipe.optimizer().accumulate();
    int ofEpoch = pipelines.train().batchesPerEpoch();
    progress.begin("learning-rate range", rates.steps());
    for (int epoch = 0; ; epoch++) {
      try (EpochBatches batches = pipelines.train(epoch).epoch(epoch)) {
        for (int used = 0; used + ofStep <= ofEpoch; used += ofStep) {
          // A step that loss scaling skips is repeated at the same rate.
          if (session.optimizer().steps() == rates.steps()) {
            progress.end("the loss did not diverge up to %.3g".formatted(rates.to()));
            return points;
          }
          double rate = session.learningRate();
          double loss = loss(session, batches, DrawKey.of(recipe.seed(), points.size()));
          double smooth = smoothed.add(loss);
          if (!Double.isFinite(loss) || smooth > DIVERGED * lowest) {
            progress.end("the loss diverged at a learning rate of %.3g".formatted(rate));
            return points;
          }
          lowest = Math.min(lowest, smooth);
          points.add(new RangeResult.Point(rate, loss, smooth));
          progress.advance(points.size(), "loss %.3f lr %.2g".formatted(smooth, rate));
        }
      }
    }
  }

  /** NaN if the numbers went wrong, which is where such a test ends. */
  private static double loss(TrainSession session, EpochBatches batches, DrawKey key) {
    try {
      session.step(batches::next, key);
      return session.takeMeanLoss();
    } catch (KitbagException e) {
      if (e.exitCode() == ExitCode.NUMERICS) {
        return Double.NaN;
      }
      throw e;
    }
  }
}
