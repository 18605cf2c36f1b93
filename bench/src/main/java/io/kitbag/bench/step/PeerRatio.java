package io.kitbag.bench.step;

import io.kitbag.precision.ComputeType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What Kitbag's compiled execution takes of what a peer takes for the same work in the same number
 * format; below 1 Kitbag takes less.
 *
 * @param peer the peer's configuration, in its fastest memory layout
 * @param time Kitbag's over the peer's
 * @param memory of the peak memories; empty where the system does not tell them
 * @param lossDifference |Kitbag's first loss − the peer's| / |the peer's|
 * @param nextLossDifference the same after one update
 * @param comparable whether both computed the same, so that the ratios mean something
 */
public record PeerRatio(
    StepSpec peer,
    Ratio time,
    OptionalDouble memory,
    double lossDifference,
    double nextLossDifference,
    boolean comparable) {

  /** Sums in another order, over some fifty layers and through one update. */
  private static final double FP32_TOLERANCE = 1e-4;

  /** Values are rounded to 8 or 11 bits after each layer, and not at the same places. */
  private static final double REDUCED_TOLERANCE = 1e-2;

  /**
   * A row against the peers that did the same.
   *
   * @param row measured
   * @param sameWork measured rows of the same work; those that are no peers are left out
   * @return one for each peer, in their order; none if the row is not the compiled execution's, or
   *     its format is only emulated
   */
  static List<PeerRatio> of(StepRow row, List<StepRow> sameWork) {
    StepFigures figures = row.figures().orElseThrow();
    if (row.spec().execution() != Execution.COMPILED || figures.emulated()) {
      return List.of();
    }
    Map<String, StepRow> fastest = new LinkedHashMap<>();
    for (StepRow other : sameWork) {
      if (other.spec().execution().isPeer() && other.spec().precision() == row.spec().precision()) {
        fastest.merge(other.spec().executionLabel(), other, (a, b) -> isFaster(b, a) ? b : a);
      }
    }
    return fastest.values().stream()
        .map(peer -> of(figures, peer.spec(), peer.figures().orElseThrow()))
        .toList();
  }

  /** Whether the first of two measured rows takes less time than the second. */
  static boolean isFaster(StepRow row, StepRow than) {
    return row.figures().orElseThrow().medianMs() < than.figures().orElseThrow().medianMs();
  }

  private static PeerRatio of(StepFigures kitbag, StepSpec spec, StepFigures peer) {
    double first = difference(kitbag.loss(), peer.loss());
    double next = difference(kitbag.nextLoss(), peer.nextLoss());
    double tolerance = spec.precision() == ComputeType.FP32 ? FP32_TOLERANCE : REDUCED_TOLERANCE;
    return new PeerRatio(
        spec,
        Ratio.of(kitbag.roundMs(), peer.roundMs()),
        kitbag.peakMemoryMiB() > 0 && peer.peakMemoryMiB() > 0
            ? OptionalDouble.of(kitbag.peakMemoryMiB() / peer.peakMemoryMiB())
            : OptionalDouble.empty(),
        first,
        next,
        // A loss that is not a number compares as false.
        peer.numerics().isEmpty() && first <= tolerance && next <= tolerance);
  }

  private static double difference(double value, double expected) {
    return Math.abs(value - expected) / Math.abs(expected);
  }
}
