package io.kitbag.train.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.kitbag.train.report.Curve.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What the lines of a metrics log come to, in memory that does not grow with the steps. Lines
 * without some of the keys, as older versions wrote them, leave gaps. Not thread-safe.
 */
final class RunHistory {

  private final EpochScale epochs = new EpochScale();
  private final PhaseTimes times = new PhaseTimes();
  private final Curve loss = new Curve(Kind.MEAN);
  private final Curve learningRate = new Curve(Kind.LAST);
  private final Curve lossScale = new Curve(Kind.LAST);
  private final Curve skips = new Curve(Kind.LAST);
  private final List<Evaluation> evaluations = new ArrayList<>();
  private final List<Long> resumedAt = new ArrayList<>();
  private Optional<JsonNode> lastSkip = Optional.empty();
  private Optional<JsonNode> end = Optional.empty();
  private long lastStep;
  private double images;
  private double skippedSteps;
  private boolean scaled;
  private Mean sinceEvaluation = new Mean();

  /** The mean of losses, each with the steps it is of. */
  private static final class Mean {
    double sum;
    double steps;

    void add(double value, double of) {
      if (!Double.isNaN(value)) {
        sum += value * of;
        steps += of;
      }
    }

    double value() {
      return sum / steps;
    }
  }

  /** The next line. */
  void add(JsonNode line) {
    switch (line.path("kind").asText()) {
      case "start" -> start(line);
      case "train" -> train(line);
      case "eval" -> evaluation(line);
      case "skip" -> skip(line);
      case "end" -> end(line);
      default -> {
        // A kind of line that a later version adds.
      }
    }
  }

  private void start(JsonNode line) {
    times.processBegins();
    end = Optional.empty();
    epochs.stepsPerEpoch(number(line, "stepsPerEpoch"));
    if (step(line) > 0) {
      resumedAt.add(step(line));
    }
  }

  private void train(JsonNode line) {
    long step = step(line);
    int before = line.path("epoch").asInt() - 1;
    if (before > epochs.complete()) {
      epochs.ended(before, lastStep);
    }
    epochs.reached(step);
    double[] seconds =
        PhaseTimes.PHASES.stream().mapToDouble(phase -> number(line, phase + "Seconds")).toArray();
    if (times.measured(seconds)) {
      resumedAt.add(lastStep);
    }
    double steps = Math.max(1, step - lastStep);
    double scale = number(line, "lossScale");
    loss.add(step, steps, number(line, "loss"));
    sinceEvaluation.add(number(line, "loss"), steps);
    learningRate.add(step, steps, number(line, "learningRate"));
    lossScale.add(step, steps, scale);
    scaled |= !Double.isNaN(scale) && scale != 1;
    images = orElse(number(line, "images"), images);
    skippedSteps = orElse(number(line, "skippedSteps"), skippedSteps);
    lastStep = step;
  }

  private void evaluation(JsonNode line) {
    long step = step(line);
    int complete = line.path("epoch").asInt();
    if (complete > epochs.complete()) {
      epochs.ended(complete, step);
    }
    times.whole(number(line, "seconds"));
    double trainLoss = sinceEvaluation.value();
    Evaluation before = evaluations.isEmpty() ? null : evaluations.get(evaluations.size() - 1);
    if (before != null && before.step() == step) {
      // A finished run that is resumed is measured again, after no step.
      trainLoss = before.trainLoss();
      evaluations.remove(before);
    }
    evaluations.add(
        new Evaluation(
            step,
            epochs.at(step),
            trainLoss,
            number(line, "top1"),
            number(line, "top5"),
            number(line, "loss"),
            number(line, "averagedTop1"),
            number(line, "averagedTop5"),
            number(line, "averagedLoss"),
            number(line, "images"),
            times.seconds()));
    sinceEvaluation = new Mean();
  }

  private void skip(JsonNode line) {
    skips.add(step(line), 1, number(line, "lossScale"));
    lastSkip = Optional.of(line);
  }

  private void end(JsonNode line) {
    times.whole(number(line, "seconds"));
    end = Optional.of(line);
  }

  private static long step(JsonNode line) {
    return line.path("step").asLong();
  }

  private static double orElse(double value, double otherwise) {
    return Double.isNaN(value) ? otherwise : value;
  }

  /** NaN for what is absent and for what is not finite, which is written as a string. */
  static double number(JsonNode line, String key) {
    JsonNode value = line.path(key);
    return value.isNumber() ? value.asDouble() : Double.NaN;
  }

  EpochScale epochs() {
    return epochs;
  }

  PhaseTimes times() {
    return times;
  }

  /** Mean training loss. */
  Curve loss() {
    return loss;
  }

  Curve learningRate() {
    return learningRate;
  }

  /** Factor on the loss. */
  Curve lossScale() {
    return lossScale;
  }

  /** Whether that was ever another than 1. */
  boolean scaled() {
    return scaled;
  }

  /** Steps left out, with the loss scale that was too large. */
  Curve skips() {
    return skips;
  }

  Optional<JsonNode> lastSkip() {
    return lastSkip;
  }

  /** Of the whole run. */
  long skippedSteps() {
    return (long) skippedSteps;
  }

  List<Evaluation> evaluations() {
    return Collections.unmodifiableList(evaluations);
  }

  /** The steps from which another process went on. */
  List<Long> resumedAt() {
    return Collections.unmodifiableList(resumedAt);
  }

  /** How the last process ended; empty if it goes on, was killed, or was of an older version. */
  Optional<JsonNode> end() {
    return end;
  }

  /** The newest step that was written down. */
  long lastStep() {
    return lastStep;
  }

  /** Training images used. */
  double images() {
    return images;
  }
}
