package io.kitbag.bench.step;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one JVM measured of one configuration.
 *
 * @param samples the timed steps
 * @param cpuMs mean processor time of a timed step, all threads together
 * @param loss of the very first step, before any update
 * @param nextLoss of the second step, on the same images: it depends on gradients and update
 * @param profile of a step after the timed ones
 * @param peakMemoryKiB the most resident memory the process ever had; -1 where the system does not
 *     tell
 * @param emulated see {@link io.kitbag.precision.Policy#isEmulatedOn}
 * @param malloc the allocator in force, which may not be the one asked for
 * @param djl version of DJL; empty for a peer
 * @param engine name and version of the engine
 * @param numerics what of the peer's arithmetic is wrong on this machine; null if nothing is known
 *     to be
 */
public record StepMeasurement(
    List<StepSample> samples,
    double cpuMs,
    double loss,
    double nextLoss,
    StepProfile profile,
    long peakMemoryKiB,
    boolean emulated,
    Allocator malloc,
    String djl,
    String engine,
    @Nullable String numerics) {

  public StepMeasurement {
    samples = List.copyOf(samples);
  }
}
