package io.kitbag.bench.step;

import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * What the rounds of one configuration say together. Each round counts with the median of its
 * steps: steps of one JVM resemble each other more than they resemble those of the next.
 *
 * @param roundMs median step of each round
 * @param medianMs median of the rounds
 * @param minMs fastest round
 * @param maxMs slowest round
 * @param forwardMs median like {@code medianMs}; the three phases need not add up to that exactly
 * @param backwardMs see forwardMs
 * @param optimizerMs see forwardMs
 * @param cpuMs processor time of a step, median of the rounds; well below threads × medianMs if
 *     something else kept the cores busy
 * @param peakMemoryMiB of the round that needed most; -1 where the system does not tell
 * @param loss see {@link StepMeasurement}
 * @param nextLoss see {@link StepMeasurement}
 * @param profile of the first round
 * @param emulated see {@link StepMeasurement}
 * @param malloc see {@link StepMeasurement}
 * @param djl see {@link StepMeasurement}
 * @param engine see {@link StepMeasurement}
 * @param numerics see {@link StepMeasurement}; of the first round in which something was wrong
 */
public record StepFigures(
    List<Double> roundMs,
    double medianMs,
    double minMs,
    double maxMs,
    double forwardMs,
    double backwardMs,
    double optimizerMs,
    double cpuMs,
    double peakMemoryMiB,
    double loss,
    double nextLoss,
    StepProfile profile,
    boolean emulated,
    Allocator malloc,
    String djl,
    String engine,
    Optional<String> numerics) {

  private static final double KIB_PER_MIB = 1024;
  private static final double MS_PER_SECOND = 1e3;

  /** A multiplication and an addition. */
  private static final double FLOPS_PER_MAC = 2;

  public StepFigures {
    roundMs = List.copyOf(roundMs);
  }

  static StepFigures of(List<StepMeasurement> rounds) {
    StepMeasurement first = rounds.get(0);
    List<Double> roundMs = medians(rounds, StepSample::stepMs);
    long peakKiB =
        rounds.stream().mapToLong(StepMeasurement::peakMemoryKiB).max().orElse(PeakMemory.UNKNOWN);
    return new StepFigures(
        roundMs,
        Statistics.median(roundMs),
        Collections.min(roundMs),
        Collections.max(roundMs),
        Statistics.median(medians(rounds, StepSample::forwardMs)),
        Statistics.median(medians(rounds, StepSample::backwardMs)),
        Statistics.median(medians(rounds, StepSample::optimizerMs)),
        Statistics.median(rounds.stream().map(StepMeasurement::cpuMs).toList()),
        peakKiB == PeakMemory.UNKNOWN ? PeakMemory.UNKNOWN : peakKiB / KIB_PER_MIB,
        first.loss(),
        first.nextLoss(),
        first.profile(),
        first.emulated(),
        first.malloc(),
        first.djl(),
        first.engine(),
        rounds.stream().map(StepMeasurement::numerics).filter(Objects::nonNull).findFirst());
  }

  private static List<Double> medians(
      List<StepMeasurement> rounds, ToDoubleFunction<StepSample> phase) {
    return rounds.stream()
        .map(
            round ->
                Statistics.median(round.samples().stream().mapToDouble(phase).boxed().toList()))
        .toList();
  }

  double imagesPerSecond(int batch) {
    return batch * MS_PER_SECOND / medianMs;
  }

  /** Arithmetic of convolutions and linear layers per second, in 10⁹ operations. */
  double gigaflops(Task task, int batch, long macsPerImage) {
    return task.passes() * FLOPS_PER_MAC * macsPerImage * batch / (medianMs / MS_PER_SECOND) / 1e9;
  }
}
