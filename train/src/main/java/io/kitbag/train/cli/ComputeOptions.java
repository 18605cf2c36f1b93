package io.kitbag.train.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say how and where a network computes; left out, the recipe decides. */
final class ComputeOptions {

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "auto, cpu, gpu or gpu:<n>. auto takes a GPU if the engine sees one.")
  private @Nullable String device;

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      description = {
        "fp32, bf16, fp16, tf32 or auto: the numbers that convolutions multiply. Weights stay"
            + " fp32. fp16 is emulated on a CPU, and slow; tf32 needs an NVIDIA GPU."
      })
  private @Nullable String precision;

  @Option(
      names = "--layout",
      paramLabel = "LAYOUT",
      description =
          "nchw, channels_last, auto, or measure: the order of an activation's axes in memory.")
  private @Nullable String layout;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Computing threads; 0 takes one per core.")
  private @Nullable Integer threads;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Threads that decode and augment images; 0 takes what the cores suggest.")
  private @Nullable Integer workers;

  void addTo(Overrides overrides) {
    overrides
        .text("--device", "runtime.device", device)
        .text("--precision", "precision.compute", precision)
        .text("--layout", "precision.layout", layout)
        .number("--threads", "runtime.threads", threads)
        .number("--workers", "runtime.workers", workers);
  }
}
