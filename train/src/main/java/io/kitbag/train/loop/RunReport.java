package io.kitbag.train.loop;

import io.kitbag.train.telemetry.Meters;
import io.kitbag.train.telemetry.Meters.Phase;
import io.kitbag.train.telemetry.MetricsLog;
import io.kitbag.train.telemetry.Progress;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Tells a person and the metrics log how the run is doing. */
final class RunReport {

  /** The loss is read from an asynchronous device, and a line is logged, after so many steps. */
  private static final int STEPS_PER_LINE = 50;

  /** Waiting longer than this share of the time for images is worth a hint. */
  private static final double WAIT_WORTH_A_HINT = 0.1;

  private final MetricsLog log;
  private final Meters meters;
  private final Progress progress;
  private double loss = Double.NaN;

  RunReport(MetricsLog log, Meters meters, Progress progress) {
    this.log = log;
    this.meters = meters;
    this.progress = progress;
  }

  Progress progress() {
    return progress;
  }

  void epochBegins(int epoch, int epochs, int steps) {
    progress.begin("epoch %d/%d".formatted(epoch + 1, epochs), steps);
  }

  /** After a step; {@code last} of an epoch or of this process's part always logs. */
  void stepDone(TrainSession session, Position at, boolean last) {
    double rate = session.learningRate();
    session.lastSkip().ifPresent(skip -> skipped(skip, at));
    if (last || at.step() % STEPS_PER_LINE == 0) {
      loss = session.takeMeanLoss();
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("epoch", at.epoch() + 1);
      line.put("loss", loss);
      line.put("learningRate", rate);
      line.put("lossScale", session.scaler().scale());
      line.put("skippedSteps", session.scaler().skippedSteps());
      line.put("images", meters.totals().get("images"));
      for (Phase phase : Phase.values()) {
        line.put(
            phase.name().toLowerCase(Locale.ROOT) + "Seconds", meters.total(phase).toNanos() / 1e9);
      }
      log.append("train", at.step(), line);
    }
    double now = session.meanLoss();
    progress.advance(
        at.batch(),
        "loss %.3f lr %.4f wait %.0f%%"
                .formatted(Double.isNaN(now) ? loss : now, rate, 100 * meters.shareOfWaiting())
            + skips(session.scaler().skippedSteps()));
  }

  private static String skips(long steps) {
    return steps == 0 ? "" : " skipped " + steps;
  }

  private void skipped(SkippedStep skip, Position at) {
    progress.message("step %d skipped: %s".formatted(at.step(), skip));
    log.append(
        "skip",
        at.step(),
        Map.of(
            "epoch", at.epoch() + 1,
            "lossScale", skip.lossScale(),
            "nextLossScale", skip.nextLossScale(),
            "tensors", skip.tensors()));
  }

  void epochEnds(Position at, EvalResult eval, Optional<EvalResult> averaged) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("epoch", at.epoch());
    line.put("top1", eval.top1());
    line.put("top5", eval.top5());
    line.put("loss", eval.loss());
    averaged.ifPresent(
        average -> {
          line.put("averagedTop1", average.top1());
          line.put("averagedTop5", average.top5());
          line.put("averagedLoss", average.loss());
        });
    line.put("images", eval.images());
    log.append("eval", at.step(), line);
    progress.end(
        "epoch %d: %stop-1 %.2f %%, top-5 %.2f %%, test loss %.4f%s"
            .formatted(
                at.epoch(),
                // A finished run that is resumed takes no step, and has no loss of its own.
                Double.isNaN(loss) ? "" : "loss %.4f, ".formatted(loss),
                100 * eval.top1(),
                100 * eval.top5(),
                eval.loss(),
                averaged
                    .map(
                        average ->
                            "; averaged weights: top-1 %.2f %%, test loss %.4f"
                                .formatted(100 * average.top1(), average.loss()))
                    .orElse("")));
  }

  void epochEndsUnmeasured(Position at) {
    progress.end("epoch %d: loss %.4f".formatted(at.epoch(), loss));
  }

  /** What to change when images come too slowly. */
  void runEnds() {
    double waiting = meters.shareOfWaiting();
    if (waiting > WAIT_WORTH_A_HINT) {
      progress.message(
          "%.0f %% of the steps' time went into waiting for images; use more --workers, keep decoded images (data.cacheMegabytes), or pack them once: kitbag pack"
              .formatted(100 * waiting));
    }
  }
}
