package io.kitbag.bench.step;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One configuration's result.
 *
 * @param parameters trained values of the network
 * @param macs multiply-adds of one image
 * @param figures empty if it could not be measured
 * @param error why it could not be measured
 * @param peakGflops the rate of a matrix product in this precision, if that was measured
 * @param comparison with other rows of the same work
 */
public record StepRow(
    StepSpec spec,
    StepSettings settings,
    long parameters,
    long macs,
    Optional<StepFigures> figures,
    Optional<String> error,
    OptionalDouble peakGflops,
    Comparison comparison) {

  /**
   * How a row relates to others; each is empty if one of the two could not be measured.
   *
   * @param speedUp time of the baseline over that of this row
   * @param memoryShare peak memory of this row over that of the baseline
   * @param lossDifference |loss − loss of the oracle| / |loss of the oracle|, which is a plain
   *     execution or else PyTorch in fp32
   * @param nextLossDifference the same after one update
   * @param peers of the compiled execution against each peer
   */
  public record Comparison(
      OptionalDouble speedUp,
      OptionalDouble memoryShare,
      OptionalDouble lossDifference,
      OptionalDouble nextLossDifference,
      List<PeerRatio> peers) {

    public Comparison {
      peers = List.copyOf(peers);
    }

    /** Where nothing comparable was measured. */
    public static Comparison none() {
      return new Comparison(
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          OptionalDouble.empty(),
          List.of());
    }

    static Comparison of(
        StepFigures figures,
        Optional<StepFigures> baseline,
        Optional<StepFigures> oracle,
        List<PeerRatio> peers) {
      return new Comparison(
          ratio(baseline.map(StepFigures::medianMs), figures.medianMs()),
          baseline
              .filter(base -> base.peakMemoryMiB() > 0 && figures.peakMemoryMiB() > 0)
              .map(base -> OptionalDouble.of(figures.peakMemoryMiB() / base.peakMemoryMiB()))
              .orElse(OptionalDouble.empty()),
          difference(figures.loss(), oracle.map(StepFigures::loss)),
          difference(figures.nextLoss(), oracle.map(StepFigures::nextLoss)),
          peers);
    }

    private static OptionalDouble ratio(Optional<Double> numerator, double denominator) {
      return numerator
          .map(value -> OptionalDouble.of(value / denominator))
          .orElse(OptionalDouble.empty());
    }

    private static OptionalDouble difference(double value, Optional<Double> expected) {
      return expected
          .map(right -> OptionalDouble.of(Math.abs(value - right) / Math.abs(right)))
          .orElse(OptionalDouble.empty());
    }
  }

  StepRow withComparison(Comparison newComparison) {
    return new StepRow(spec, settings, parameters, macs, figures, error, peakGflops, newComparison);
  }

  /** The same row beside the rate of a matrix product. */
  public StepRow withPeak(double gflops) {
    return new StepRow(
        spec, settings, parameters, macs, figures, error, OptionalDouble.of(gflops), comparison);
  }

  /** Whether cuDNN searched, {@code on} or {@code off}; empty on a CPU, which has no cuDNN. */
  public Optional<String> autotune() {
    return Devices.parse(settings.device()).isGpu()
        ? Optional.of(settings.autotune() ? "on" : "off")
        : Optional.empty();
  }

  /** Model FLOP utilisation: {@link #gigaflops} over the peak; empty if either is unknown. */
  public OptionalDouble shareOfPeak() {
    OptionalDouble rate = gigaflops();
    return rate.isPresent() && peakGflops.isPresent()
        ? OptionalDouble.of(rate.getAsDouble() / peakGflops.getAsDouble())
        : OptionalDouble.empty();
  }

  /** Images per second at the median step; empty if not measured. */
  public OptionalDouble imagesPerSecond() {
    return figures
        .map(measured -> OptionalDouble.of(measured.imagesPerSecond(spec.batch())))
        .orElse(OptionalDouble.empty());
  }

  /** 2 × passes × multiply-adds × batch / time, in 10⁹ per second; empty if not measured. */
  public OptionalDouble gigaflops() {
    return figures
        .map(measured -> OptionalDouble.of(measured.gigaflops(settings.task(), spec.batch(), macs)))
        .orElse(OptionalDouble.empty());
  }
}
