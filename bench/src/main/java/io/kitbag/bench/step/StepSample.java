package io.kitbag.bench.step;

/**
 * How long one step took.
 *
 * @param forwardMs from the images to the loss
 * @param backwardMs from the loss to the gradients
 * @param optimizerMs from the gradients to new weights, and freeing what the step held
 */
public record StepSample(double forwardMs, double backwardMs, double optimizerMs) {

  private static final double NANOS_PER_MS = 1e6;

  static StepSample between(long start, long lossKnown, long gradientsKnown, long end) {
    return new StepSample(
        (lossKnown - start) / NANOS_PER_MS,
        (gradientsKnown - lossKnown) / NANOS_PER_MS,
        (end - gradientsKnown) / NANOS_PER_MS);
  }

  /** The whole step. */
  double stepMs() {
    return forwardMs + backwardMs + optimizerMs;
  }
}
