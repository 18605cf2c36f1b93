package io.kitbag.train.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kitbag.train.checkpoint.CheckpointMetadata;
import io.kitbag.train.loop.EvalResult;
import io.kitbag.train.loop.TrainResult;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What {@code train} and {@code eval} print: for a person and for a program. */
final class Results {
  private Results() {}

  static String text(TrainResult result) {
    return String.format(
        Locale.ROOT,
        "%s%s%n%d epochs, %d steps, %.1f s, %.0f %% of the steps' time waiting for images%s%s%ncheckpoint %s%nweights sha256 %s",
        result.eval().map(Results::accuracy).orElse("stopped before the first evaluation"),
        result
            .averagedEval()
            .map(
                averaged ->
                    "%naveraged weights: %s%s"
                        .formatted(
                            accuracy(averaged),
                            result.usesAverage() ? " (what eval and predict take)" : ""))
            .orElse(""),
        result.epochs(),
        result.steps(),
        result.seconds(),
        100 * result.waitShare(),
        result.skippedSteps() == 0 ? "" : ", " + result.skippedSteps() + " steps skipped",
        leftOut(result.corruptImages()),
        result.checkpoint(),
        result.weightsSha256());
  }

  static String json(TrainResult result) {
    ObjectNode node = evaluation(result.eval());
    result
        .averagedEval()
        .ifPresent(
            averaged ->
                node.put("averagedTop1", averaged.top1())
                    .put("averagedTop5", averaged.top5())
                    .put("averagedLoss", averaged.loss()));
    node.put("usesAverage", result.usesAverage());
    run(node, result.seconds(), result.epochs(), result.steps());
    node.put("skippedSteps", result.skippedSteps());
    files(node, result.runDirectory(), result.checkpoint(), result.weightsSha256());
    node.put("stopped", result.stopped()).put("corruptImages", result.corruptImages());
    node.put("waitShare", result.waitShare());
    return Json.line(node);
  }

  /**
   * @param file the checkpoint, of which {@code metadata} is
   */
  static String text(
      EvalResult eval, int corruptImages, Path file, CheckpointMetadata metadata, double seconds) {
    return String.format(
        Locale.ROOT,
        "%s%n%s after %d epochs, %d steps; evaluated in %.1f s%s%ncheckpoint %s%nweights sha256 %s",
        accuracy(eval),
        metadata.model(),
        metadata.epoch(),
        metadata.globalStep(),
        seconds,
        leftOut(corruptImages),
        file,
        metadata.weightsSha256());
  }

  /** As {@link #text}. */
  static String json(
      EvalResult eval, int corruptImages, Path file, CheckpointMetadata metadata, double seconds) {
    ObjectNode node = evaluation(Optional.of(eval));
    run(node, seconds, metadata.epoch(), metadata.globalStep());
    files(node, runDirectory(file), file, metadata.weightsSha256());
    node.put("corruptImages", corruptImages);
    return Json.line(node);
  }

  private static String leftOut(int corruptImages) {
    return corruptImages == 0 ? "" : ", " + corruptImages + " images left out";
  }

  private static String accuracy(EvalResult eval) {
    return String.format(
        Locale.ROOT,
        "top-1 %.2f %%, top-5 %.2f %%, loss %.4f on %d test images",
        100 * eval.top1(),
        100 * eval.top5(),
        eval.loss(),
        eval.images());
  }

  private static ObjectNode evaluation(Optional<EvalResult> eval) {
    return Json.object()
        .put("top1", eval.map(EvalResult::top1).orElse(null))
        .put("top5", eval.map(EvalResult::top5).orElse(null))
        .put("loss", eval.map(EvalResult::loss).orElse(null))
        .put("images", eval.map(EvalResult::images).orElse(0L));
  }

  private static void run(ObjectNode node, double seconds, int epochs, long steps) {
    node.put("seconds", seconds).put("epochs", epochs).put("steps", steps);
  }

  private static void files(ObjectNode node, @Nullable Path run, Path checkpoint, String sha256) {
    node.put("runDir", run == null ? null : run.toString())
        .put("checkpoint", checkpoint.toString())
        .put("weightsSha256", sha256);
  }

  /** {@code DIR} of {@code DIR/checkpoints/FILE}; a checkpoint elsewhere belongs to no run. */
  private static @Nullable Path runDirectory(Path checkpoint) {
    Path directory = checkpoint.toAbsolutePath().getParent();
    return directory.endsWith("checkpoints") ? directory.getParent() : null;
  }
}
