package io.kitbag.precision.advice;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Policy;
import io.kitbag.precision.TorchRuntime;
import io.kitbag.precision.internal.graph.NumberFormat;
import io.kitbag.precision.script.ScriptModule;

/**
 * What a device reaches at its best, as measured: square matrix products and copies of a large
 * array, the best of several tries.
 *
 * @param flopsPerSecond of matrix products in the format that is computed in; a multiply-add is two
 * @param bytesPerSecond read and written by copies
 */
public record MachinePeaks(double flopsPerSecond, double bytesPerSecond) {

  private static final int TRIES = 5;

  /** A shared or throttled machine needs longer to show its best. */
  private static final double LEAST_SECONDS = 0.5;

  private static final int CPU_SIDE = 768;
  private static final int GPU_SIDE = 4096;

  /** Larger than the caches of CPUs and GPUs. */
  private static final int COPIED_FLOATS = 1 << 25;

  private static final String METHODS =
      """
      def product(self: __torch__.M, a: Tensor, b: Tensor, type: int, times: int) -> Tensor:
        x = torch.to(a, type)
        y = torch.to(b, type)
        z = x
        for i in range(times):
          z = torch.matmul(x, y)
        return torch.to(torch.sum(z), 6)
      def copied(self: __torch__.M, a: Tensor, b: Tensor, times: int) -> Tensor:
        for i in range(times):
          _0 = torch.copy_(a, b)
        return torch.clone(torch.select(a, 0, 0))
      """;

  public MachinePeaks {
    if (!(flopsPerSecond > 0) || !(bytesPerSecond > 0)) {
      throw new IllegalArgumentException(
          "peaks %s flops/s and %s bytes/s must be positive"
              .formatted(flopsPerSecond, bytesPerSecond));
    }
  }

  /** Operations for each byte from which on arithmetic decides. */
  public double ridge() {
    return flopsPerSecond / bytesPerSecond;
  }

  /**
   * Measures a device; takes a second or so. An emulated format is measured as the fp32 that it
   * runs on. Uses as many threads as {@link TorchRuntime#setThreads} allows.
   */
  public static MachinePeaks measure(Device device, Policy policy) {
    long type =
        policy.isEmulatedOn(device)
            ? NumberFormat.of(Policy.fp32(), device).code()
            : NumberFormat.of(policy, device).code();
    TorchRuntime.allowTf32(policy.compute() == ComputeType.TF32);
    int side = device.isGpu() ? GPU_SIDE : CPU_SIDE;
    try (NDManager manager = TorchRuntime.newManager(device);
        ScriptModule script = ScriptModule.compile(manager, METHODS)) {
      NDArray a = manager.ones(new Shape(side, side));
      NDArray b = manager.ones(new Shape(side, side));
      NDArray from = manager.ones(new Shape(COPIED_FLOATS));
      NDArray to = manager.zeros(new Shape(COPIED_FLOATS));
      double flops = 2.0 * side * side * side;
      double bytes = 8.0 * COPIED_FLOATS;
      return new MachinePeaks(
          flops / seconds(times -> script.run(manager, "product", a, b, type, times)),
          bytes / seconds(times -> script.run(manager, "copied", to, from, times)));
    }
  }

  private interface Work {
    NDList run(long times);
  }

  /**
   * The least time of one, from the difference of three and one: what is done once drops out. The
   * least of each is taken first: the least difference would be that of a disturbed single one.
   */
  private static double seconds(Work work) {
    time(work, 1);
    double one = Double.POSITIVE_INFINITY;
    double three = Double.POSITIVE_INFINITY;
    long start = System.nanoTime();
    for (int i = 0; i < TRIES || (System.nanoTime() - start) / 1e9 < LEAST_SECONDS; i++) {
      one = Math.min(one, time(work, 1));
      three = Math.min(three, time(work, 3));
    }
    return three > one ? (three - one) / 2 : one;
  }

  private static double time(Work work, long times) {
    long start = System.nanoTime();
    try (NDList result = work.run(times)) {
      // Waits for the device.
      result.get(0).getFloat();
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
