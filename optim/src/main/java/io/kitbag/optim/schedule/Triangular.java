package io.kitbag.optim.schedule;

/**
 * A straight line up to the peak and another one down from it, as in short runs on CIFAR-10.
 *
 * <p>Step 0 has {@code start} times the rate, step ⌊peakAt·T⌋ the rate, step T, the first after the
 * end, {@code end} times the rate, with straight lines between; T is {@code steps}. airbench94
 * (arXiv 2404.00498) takes start 0.2, peakAt 0.23 and end 0.07.
 *
 * @param rate learning rate at the peak
 * @param steps T, at least 1
 * @param start share of the rate at step 0, from 0 to 1
 * @param peakAt share of the steps before the peak, from 0 to 1
 * @param end share of the rate from step T on, from 0 to 1
 */
public record Triangular(double rate, long steps, double start, double peakAt, double end)
    implements Schedule {

  public Triangular {
    Checks.requireRate("rate", rate);
    Checks.requireSteps("triangular schedule", steps);
    Checks.requireShare("start", start);
    Checks.requireShare("peakAt", peakAt);
    Checks.requireShare("end", end);
  }

  @Override
  public double at(long step) {
    Checks.requireStep(step);
    long peak = (long) (peakAt * steps);
    if (step >= steps) {
      return rate * end;
    }
    return step < peak
        ? rate * (start + (1 - start) * step / peak)
        : rate * (1 + (end - 1) * (step - peak) / (steps - peak));
  }

  @Override
  public String toString() {
    return "straight from %s to %s at step %d, then to %s over %d steps"
        .formatted(rate * start, rate, (long) (peakAt * steps), rate * end, steps);
  }
}
