package io.kitbag.bench.predict;

import io.kitbag.bench.step.Labels;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.advice.MachinePeaks;
import java.util.Optional;

/**
 * GPUs with what their makers publish: dense rates, without sparsity, products of half precision
 * summed in fp32 as training needs it.
 */
public enum Gpu {
  V100("V100 SXM2 32 GB", 15.7, 0, 0, 125, 900, 32, "NVIDIA V100 data sheet"),
  T4("T4", 8.1, 0, 0, 65, 320, 16, "NVIDIA T4 data sheet"),
  A10("A10", 31.2, 62.5, 125, 125, 600, 24, "NVIDIA A10 data sheet"),
  A100_40("A100 SXM 40 GB", 19.5, 156, 312, 312, 1555, 40, "NVIDIA A100 data sheet"),
  A100("A100 SXM 80 GB", 19.5, 156, 312, 312, 2039, 80, "NVIDIA A100 data sheet"),
  L4("L4", 30.3, 60, 121, 121, 300, 24, "NVIDIA L4 data sheet, half of the rates with sparsity"),
  L40S("L40S", 91.6, 183, 362, 362, 864, 48, "NVIDIA L40S data sheet"),
  H100_PCIE(
      "H100 PCIe",
      51,
      378,
      756.5,
      756.5,
      2000,
      80,
      "NVIDIA H100 data sheet, half of the rates with sparsity"),
  H100(
      "H100 SXM",
      67,
      494.5,
      989.5,
      989.5,
      3350,
      80,
      "NVIDIA H100 data sheet, half of the rates with sparsity"),
  H200(
      "H200 SXM",
      67,
      494.5,
      989.5,
      989.5,
      4800,
      141,
      "NVIDIA H200 data sheet, half of the rates with sparsity"),
  B200(
      "HGX B200",
      75,
      1100,
      2250,
      2250,
      7700,
      180,
      "NVIDIA Blackwell data sheet, half of the rates with sparsity"),
  RTX_3090("GeForce RTX 3090", 35.6, 35.6, 71, 71, 936, 24, "NVIDIA GA102 white paper"),
  RTX_4090("GeForce RTX 4090", 82.6, 82.6, 165.2, 165.2, 1008, 24, "NVIDIA Ada white paper"),
  RTX_5090(
      "GeForce RTX 5090", 104.8, 104.8, 209.5, 209.5, 1792, 32, "NVIDIA RTX Blackwell white paper");

  private static final double TERA = 1e12;
  private static final double GIGA = 1e9;

  private final String title;
  private final double fp32Tflops;
  private final double tf32Tflops;
  private final double bf16Tflops;
  private final double fp16Tflops;
  private final double gigabytesPerSecond;
  private final double gigabytes;
  private final String source;

  /**
   * @param tf32Tflops in 10¹² operations per second, a multiply-add being two, like its neighbours;
   *     0 for a format that the GPU lacks
   */
  Gpu(
      String title,
      double fp32Tflops,
      double tf32Tflops,
      double bf16Tflops,
      double fp16Tflops,
      double gigabytesPerSecond,
      double gigabytes,
      String source) {
    this.title = title;
    this.fp32Tflops = fp32Tflops;
    this.tf32Tflops = tf32Tflops;
    this.bf16Tflops = bf16Tflops;
    this.fp16Tflops = fp16Tflops;
    this.gigabytesPerSecond = gigabytesPerSecond;
    this.gigabytes = gigabytes;
    this.source = source;
  }

  /** The name on the command line, such as {@code h100-pcie}. */
  public String label() {
    return Labels.of(this).replace('_', '-');
  }

  /** Its maker's name for it. */
  public String title() {
    return title;
  }

  /** Where the numbers come from. */
  public String source() {
    return source;
  }

  /** Size of its memory in bytes. */
  public long memoryBytes() {
    return Math.round(gigabytes * GIGA);
  }

  /** Its rates in a number format; empty if it lacks that. */
  public Optional<MachinePeaks> peaks(ComputeType compute) {
    double tflops =
        switch (compute) {
          case FP32 -> fp32Tflops;
          case TF32 -> tf32Tflops;
          case BF16 -> bf16Tflops;
          case FP16 -> fp16Tflops;
        };
    return tflops > 0
        ? Optional.of(new MachinePeaks(tflops * TERA, gigabytesPerSecond * GIGA))
        : Optional.empty();
  }
}
