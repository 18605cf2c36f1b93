package io.kitbag.train.recipe;

/**
 * What of the machine is used.
 *
 * @param threads computing threads; 0 takes one per core
 * @param workers threads that decode and augment; 0 takes as many as the cores suggest
 * @param device {@code auto}, {@code cpu}, {@code gpu} or {@code gpu:n}
 * @param cudnnBenchmark whether cuDNN tries its algorithms for every new shape and keeps the
 *     fastest
 * @param prefetch batches made ahead of the one in use, at least 1
 */
public record RuntimeRecipe(
    int threads, int workers, String device, boolean cudnnBenchmark, int prefetch) {

  /** Checks the ranges. */
  public RuntimeRecipe {
    new Check()
        .atLeast(0, "threads", threads)
        .atLeast(0, "workers", workers)
        .that(
            device.matches("auto|cpu|gpu(:\\d{1,3})?"),
            "device",
            '"' + device + '"',
            "is not one of auto, cpu, gpu, gpu:n")
        .atLeast(1, "prefetch", prefetch)
        .done();
  }
}
