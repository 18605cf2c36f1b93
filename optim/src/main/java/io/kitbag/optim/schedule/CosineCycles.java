package io.kitbag.optim.schedule;

/**
 * Cosines one after the other, each starting anew (arXiv 1608.03983), as timm's {@code
 * CosineLRScheduler} with {@code cycle_decay}.
 *
 * <p>Cycle i of T = {@code cycleSteps} steps falls from rate·decayⁱ to {@code finalRate} as {@link
 * Cosine}; from the end of the last one on the rate is final.
 *
 * @param rate learning rate at step 0
 * @param cycleSteps T, at least 1
 * @param cycles their number, at least 1
 * @param decay of the peak from cycle to cycle, above 0 and at most 1
 * @param finalRate where each cycle ends, at most the last cycle's peak
 */
public record CosineCycles(double rate, long cycleSteps, int cycles, double decay, double finalRate)
    implements Schedule {

  public CosineCycles {
    Checks.requireRate("rate", rate);
    Checks.requireRate("finalRate", finalRate);
    Checks.requireSteps("a cosine's cycle", cycleSteps);
    if (cycles < 1 || !(decay > 0 && decay <= 1)) {
      throw new IllegalArgumentException(
          "cycles=%d must be at least 1 and their decay=%s above 0 and at most 1"
              .formatted(cycles, decay));
    }
    double lastPeak = rate * Math.pow(decay, cycles - 1);
    if (finalRate > lastPeak) {
      throw new IllegalArgumentException(
          "cosine's finalRate=%s exceeds the peak of its last cycle, %s; lower it"
              .formatted(finalRate, lastPeak));
    }
  }

  @Override
  public double at(long step) {
    Checks.requireStep(step);
    long cycle = step / cycleSteps;
    if (cycle >= cycles) {
      return finalRate;
    }
    double peak = rate * Math.pow(decay, cycle);
    return new Cosine(peak, cycleSteps, finalRate).at(step % cycleSteps);
  }

  @Override
  public String toString() {
    return "%d cosines of %d steps from %s, each peak %s of the last, to %s"
        .formatted(cycles, cycleSteps, rate, decay, finalRate);
  }
}
