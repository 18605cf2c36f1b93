package io.kitbag.optim.schedule;

/**
 * Up to the peak and far down again (arXiv 1708.07120), as {@code
 * torch.optim.lr_scheduler.OneCycleLR} with two phases.
 *
 * <p>Step 0 has rate/divisor, step peakAt·T − 1 the rate, step T − 1, the last, rate/divisor/
 * finalDivisor; between them half cosines or straight lines. Momentum is not cycled.
 *
 * @param rate learning rate at the peak
 * @param steps T, at least 2
 * @param peakAt share of the steps before the peak, above 0 and below 1; 0.3 in PyTorch
 * @param divisor of the rate at the start, at least 1; 25 in PyTorch
 * @param finalDivisor of the first rate at the end, at least 1; 1e4 in PyTorch
 * @param cosine half cosines, PyTorch's default; else straight lines
 */
public record OneCycle(
    double rate, long steps, double peakAt, double divisor, double finalDivisor, boolean cosine)
    implements Schedule {

  public OneCycle {
    Checks.requireRate("rate", rate);
    if (!(peakAt > 0 && peakAt < 1) || peakAt * steps <= 1) {
      throw new IllegalArgumentException(
          "one-cycle's peakAt=%s of %d steps must be below 1 and after the first step"
              .formatted(peakAt, steps));
    }
    if (!(divisor >= 1 && finalDivisor >= 1)) {
      throw new IllegalArgumentException(
          "one-cycle's divisor=%s and finalDivisor=%s must be at least 1"
              .formatted(divisor, finalDivisor));
    }
  }

  @Override
  public double at(long step) {
    Checks.requireStep(step);
    double first = rate / divisor;
    double peak = peakAt * steps - 1;
    double last = steps - 1.0;
    if (step >= last) {
      return first / finalDivisor;
    }
    return step <= peak
        ? between(first, rate, step / peak)
        : between(rate, first / finalDivisor, (step - peak) / (last - peak));
  }

  private double between(double from, double to, double share) {
    return cosine
        ? to + (from - to) / 2 * (1 + Math.cos(Math.PI * share))
        : from + (to - from) * share;
  }

  @Override
  public String toString() {
    return "one cycle from %s to %s to %s over %d steps"
        .formatted(rate / divisor, rate, rate / divisor / finalDivisor, steps);
  }
}
