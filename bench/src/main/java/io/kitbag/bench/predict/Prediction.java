package io.kitbag.bench.predict;

import io.kitbag.models.FeatureMap;
import io.kitbag.models.Network;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.advice.MachinePeaks;
import io.kitbag.precision.advice.Roofline;
import io.kitbag.precision.advice.StepMemory;
import io.kitbag.precision.advice.TensorCoreAdvice;

/**
 * The least that a training step can take on a GPU: forward and backward by {@link Roofline}, then
 * an update with momentum that reads weights, gradients and velocities and writes weights and
 * velocities. Launching kernels, waiting, and kernels that stay below the GPU's peaks come on top.
 *
 * @param gpu the GPU
 * @param compute number format
 * @param batch images of a step
 * @param leastSeconds of a step
 * @param memoryBoundShare of that time, in layers that memory bounds and in the update
 * @param shareOfPeak of the arithmetic rate, if the step took no longer
 * @param tensorCoreShare of the operations, in products whose shapes Tensor Cores like
 * @param memoryBytes of the step, as far as shapes tell
 * @param largestBatch whose step fits into the GPU's memory
 */
public record Prediction(
    Gpu gpu,
    ComputeType compute,
    int batch,
    double leastSeconds,
    double memoryBoundShare,
    double shareOfPeak,
    double tensorCoreShare,
    long memoryBytes,
    long largestBatch) {

  private static final int FLOAT_BYTES = 4;
  private static final int REDUCED_BYTES = 2;

  /** Momentum. */
  private static final int OPTIMIZER_SLOTS = 1;

  /** Per weight: weight, gradient and velocity read, weight and velocity written. */
  private static final int UPDATE_FLOATS = 5;

  /**
   * Predicts.
   *
   * @param network what is trained
   * @param image channels, height and width of one image
   * @throws IllegalArgumentException if the GPU lacks the format, or the image does not fit
   */
  public static Prediction of(
      Network network, FeatureMap image, int batch, ComputeType compute, Gpu gpu) {
    MachinePeaks peaks =
        gpu.peaks(compute)
            .orElseThrow(
                () -> new IllegalArgumentException("%s has no %s".formatted(gpu.title(), compute)));
    int bytes = compute.isReduced() ? REDUCED_BYTES : FLOAT_BYTES;
    Roofline roofline = Roofline.of(network, image, batch, bytes, peaks);
    StepMemory memory = StepMemory.of(network, image, bytes, OPTIMIZER_SLOTS);
    double update =
        (double) UPDATE_FLOATS * FLOAT_BYTES * network.parameterCount() / peaks.bytesPerSecond();
    double least = roofline.seconds() + update;
    TensorCoreAdvice shapes = TensorCoreAdvice.of(network, image, batch, compute);
    return new Prediction(
        gpu,
        compute,
        batch,
        least,
        (roofline.seconds() * roofline.memoryBoundShare() + update) / least,
        shapes.flops() / least / peaks.flopsPerSecond(),
        shapes.eligibleShare(),
        memory.bytes(batch),
        memory.largestBatch(gpu.memoryBytes()));
  }

  /** The most images per second. */
  public double mostImagesPerSecond() {
    return batch / leastSeconds;
  }

  /** Whether the step fits into the GPU's memory. */
  public boolean fits() {
    return batch <= largestBatch;
  }
}
