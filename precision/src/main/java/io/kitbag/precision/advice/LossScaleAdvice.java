package io.kitbag.precision.advice;

import io.kitbag.precision.format.FloatFormat;
import java.util.Comparator;
import java.util.Map;

/**
 * Which power of two the loss should be multiplied by for fp16.
 *
 * <p>The best scale is the smallest at which no tensor of gradients loses more than {@value
 * #TOLERATED} of its nonzero values to zero: a smaller one loses gradients, a larger one only
 * brings the overflow nearer. It is never so large that less than {@value #LEAST_HEADROOM} bits
 * remain between the largest gradient and the largest fp16 number, since gradients grow in
 * training, and never below 1.
 *
 * @param exponent the recommended scale is 2^exponent
 * @param largest the largest magnitude of a gradient, unscaled
 * @param headroomBits how many times the gradients may double at that scale before they overflow
 * @param worstTensor the tensor that loses the largest share at that scale
 * @param worstFlushed that share
 * @param smallestSufficient the exponent at which nothing more than tolerated is lost, if overflow
 *     did not count
 * @param largestSafe the largest exponent at which nothing overflows
 */
public record LossScaleAdvice(
    int exponent,
    double largest,
    double headroomBits,
    String worstTensor,
    double worstFlushed,
    int smallestSufficient,
    int largestSafe) {

  /** Share of a tensor's nonzero gradients that may become 0. */
  public static final double TOLERATED = 0.01;

  /** Bits between the largest gradient and overflow. */
  public static final int LEAST_HEADROOM = 2;

  private static final int MAX_EXPONENT = 60;

  /** The advice for gradients at loss scale 1, by the name of their tensor. */
  public static LossScaleAdvice of(Map<String, ExponentHistogram> gradients) {
    double largest =
        gradients.values().stream().mapToDouble(ExponentHistogram::largest).max().orElse(0);
    int sufficient = 0;
    while (sufficient < MAX_EXPONENT && worst(gradients, sufficient).flushed() > TOLERATED) {
      sufficient++;
    }
    double room = largest == 0 ? MAX_EXPONENT : log2(FloatFormat.FP16.max() / largest);
    int safe = (int) Math.floor(room);
    int exponent = Math.max(0, Math.min(sufficient, safe - LEAST_HEADROOM));
    Worst worst = worst(gradients, exponent);
    return new LossScaleAdvice(
        exponent, largest, room - exponent, worst.name(), worst.flushed(), sufficient, safe);
  }

  /** The recommended scale itself. */
  public double scale() {
    return Math.scalb(1, exponent);
  }

  private record Worst(String name, double flushed) {}

  private static Worst worst(Map<String, ExponentHistogram> gradients, int exponent) {
    return gradients.entrySet().stream()
        .map(
            entry ->
                new Worst(
                    entry.getKey(), entry.getValue().in(FloatFormat.FP16, exponent).flushed()))
        .max(Comparator.comparingDouble(Worst::flushed))
        .orElse(new Worst("", 0));
  }

  private static double log2(double value) {
    return Math.log(value) / Math.log(2);
  }
}
