package io.kitbag.train.loop;

import io.kitbag.augment.EpochBatches;
import io.kitbag.augment.ImageBatch;
import io.kitbag.models.DrawKey;
import io.kitbag.precision.InferenceNetwork;
import io.kitbag.train.data.Pipelines;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.telemetry.Meters;
import io.kitbag.train.telemetry.Meters.Phase;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Epochs of steps, with evaluation and checkpoints between them. */
final class TrainLoop {

  private final Recipe recipe;
  private final Pipelines pipelines;
  private final TrainSession session;
  private final Checkpoints checkpoints;
  private final RunReport report;
  private final Meters meters;
  private final BooleanSupplier stopRequested;
  private final long lastStep;

  private Position at;
  private Optional<EvalResult> lastEval = Optional.empty();
  private Optional<EvalResult> lastAveragedEval = Optional.empty();
  private @Nullable Position measuredAt;
  private boolean interrupted;

  /**
   * A loop that stands at {@code start}.
   *
   * @param maxSteps steps it may take from there
   * @param stopRequested asked after every step
   */
  TrainLoop(
      Recipe recipe,
      Pipelines pipelines,
      TrainSession session,
      Checkpoints checkpoints,
      RunReport report,
      Meters meters,
      Position start,
      long maxSteps,
      BooleanSupplier stopRequested) {
    this.recipe = recipe;
    this.pipelines = pipelines;
    this.session = session;
    this.checkpoints = checkpoints;
    this.report = report;
    this.meters = meters;
    this.at = start;
    this.lastStep =
        maxSteps > Long.MAX_VALUE - start.step() ? Long.MAX_VALUE : start.step() + maxSteps;
    this.stopRequested = stopRequested;
  }

  /** Trains until the last epoch, the last allowed step or the request to stop. */
  void run() {
    while (at.epoch() < recipe.epochs() && !isOver()) {
      trainEpoch();
      if (!isOver() || isEpochDone()) {
        endEpoch();
      }
    }
    finish();
  }

  private void trainEpoch() {
    report.epochBegins(at.epoch(), recipe.epochs(), pipelines.train().batchesPerEpoch());
    try (EpochBatches batches = pipelines.train(at.epoch()).epoch(at.epoch(), at.batch())) {
      while (!isEpochDone() && !isOver()) {
        session.step(() -> next(batches), DrawKey.of(recipe.seed(), at.step()));
        at = at.next(recipe.optimizer().accumulate());
        report.stepDone(session, at, isEpochDone() || isOver());
        if (checkpoints.isDue(at)) {
          checkpoints.save(session, at, meters);
        }
      }
    }
  }

  private ImageBatch next(EpochBatches batches) {
    long waited = batches.waitNanos();
    ImageBatch batch = batches.next();
    meters.time(Phase.DATA, batches.waitNanos() - waited);
    return batch;
  }

  private void endEpoch() {
    at = at.nextEpoch();
    boolean last = at.epoch() == recipe.epochs();
    if (last) {
      session.averaging().end(this::onePass, report.progress());
    }
    int every = recipe.eval().everyEpochs();
    if (last || every > 0 && at.epoch() % every == 0) {
      measure();
      session.rates().measured(lastEval.orElseThrow());
    } else {
      report.epochEndsUnmeasured(at);
    }
    if (checkpoints.isDueAfterEpoch(at.epoch())) {
      checkpoints.save(session, at, meters);
    }
  }

  private EpochBatches onePass() {
    report.progress().begin("batch-norm statistics", pipelines.train().batchesPerEpoch());
    return pipelines.train().epoch(recipe.epochs() - 1);
  }

  /** A run that ends early is measured if it may take its time, and always saved. */
  private void finish() {
    interrupted = stopRequested.getAsBoolean() && at.epoch() < recipe.epochs();
    if (!at.equals(measuredAt) && !interrupted) {
      measure();
    }
    if (!checkpoints.isSaved(at)) {
      checkpoints.save(session, at, meters);
    }
    report.hint();
  }

  private void measure() {
    EvalResult eval = evaluate();
    lastEval = Optional.of(eval);
    lastAveragedEval =
        session.averaging().isReady(at)
            ? Optional.of(session.averaging().inPlaceOfTheWeights(this::evaluate))
            : Optional.empty();
    measuredAt = at;
    report.epochEnds(at, eval, lastAveragedEval);
  }

  private EvalResult evaluate() {
    try (InferenceNetwork network = session.network().inference()) {
      return Evaluator.evaluate(network, pipelines.test(), recipe.eval(), report.progress());
    }
  }

  /** Batches that would not make a whole step are left out. */
  private boolean isEpochDone() {
    return at.batch() + recipe.optimizer().accumulate() > pipelines.train().batchesPerEpoch();
  }

  private boolean isOver() {
    return at.step() >= lastStep || stopRequested.getAsBoolean();
  }

  Position position() {
    return at;
  }

  Optional<EvalResult> lastEval() {
    return lastEval;
  }

  /** The last measurement of the averaged weights. */
  Optional<EvalResult> lastAveragedEval() {
    return lastAveragedEval;
  }

  /** Whether a request ended the run before its last epoch. */
  boolean interrupted() {
    return interrupted;
  }
}
