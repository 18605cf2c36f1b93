package io.kitbag.train.loop;

import io.kitbag.augment.CorruptImage;
import io.kitbag.train.telemetry.Meters;
import io.kitbag.train.telemetry.Meters.Phase;
import io.kitbag.train.telemetry.MetricsLog;
import io.kitbag.train.telemetry.Progress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Tells a person, the metrics log and the page how the run is doing. */
final class RunReport {

  /** The loss is read from an asynchronous device, and a line is logged, after so many steps. */
  private static final int STEPS_PER_LINE = 50;

  /** Waiting longer than this share of the time for images is worth a hint. */
  private static final double WAIT_WORTH_A_HINT = 0.1;

  /** More names of corrupt images than a person reads; all of them go to the progress. */
  private static final int MOST_NAMES = 50;

  private final MetricsLog log;
  private final Runnable page;
  private final Meters meters;
  private final Progress progress;
  private final LongSupplier nanoTime;
  private final long start;
  private double loss = Double.NaN;
  private boolean pageFailed;

  /**
   * A report of one process's part of a run, which begins now.
   *
   * @param page makes the page anew
   */
  RunReport(
      MetricsLog log, Runnable page, Meters meters, Progress progress, LongSupplier nanoTime) {
    this.log = log;
    this.page = page;
    this.meters = meters;
    this.progress = progress;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  Progress progress() {
    return progress;
  }

  /** So that a reader of the log knows the length of an epoch, and that timers start at zero. */
  void runBegins(Position at, int stepsPerEpoch) {
    log.append("start", at.step(), Map.of("epoch", at.epoch() + 1, "stepsPerEpoch", stepsPerEpoch));
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
    line.put("seconds", seconds());
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
    updatePage();
  }

  void epochEndsUnmeasured(Position at) {
    progress.end("epoch %d: loss %.4f".formatted(at.epoch(), loss));
    updatePage();
  }

  /** The run goes no further in this process, and {@code saved} is where it stands. */
  void runEnds(Checkpoints.Saved saved, List<CorruptImage> corrupt) {
    for (CorruptImage image : corrupt) {
      progress.message("left out %s: %s".formatted(image.name(), image.reason()));
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("epoch", saved.position().epoch());
    line.put("seconds", seconds());
    line.put("checkpoint", saved.file().getFileName().toString());
    line.put("weightsSha256", saved.weightsSha256());
    line.put("corruptImages", corrupt.size());
    line.put(
        "leftOut",
        corrupt.stream()
            .limit(MOST_NAMES)
            .map(image -> Map.of("name", image.name(), "reason", image.reason()))
            .toList());
    log.append("end", saved.position().step(), line);
    updatePage();
  }

  /** The run ends with an exception; the page shall have what led to it. */
  void runFails() {
    updatePage();
  }

  private void updatePage() {
    try {
      page.run();
    } catch (RuntimeException e) {
      // Hours of training are worth more than a page that can be made from the log at any time.
      if (!pageFailed) {
        progress.message("report.html was not written, training goes on: " + e.getMessage());
      }
      pageFailed = true;
    }
  }

  private double seconds() {
    return (nanoTime.getAsLong() - start) / 1e9;
  }

  /** What to change when images come too slowly. */
  void hint() {
    double waiting = meters.shareOfWaiting();
    if (waiting > WAIT_WORTH_A_HINT) {
      progress.message(
          "%.0f %% of the steps' time went into waiting for images; use more --workers, keep decoded images (data.cacheMegabytes), or pack them once: kitbag pack"
              .formatted(100 * waiting));
    }
  }
}
