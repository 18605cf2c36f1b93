package io.kitbag.bench.startup;

import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;

/**
 * What all configurations share.
 *
 * @param model name in {@link io.kitbag.models.zoo.Zoo}
 * @param classes number of labels
 * @param imageSize in pixels
 * @param batch images of a step
 * @param precision fp32 or bf16
 * @param threads that one operator may use
 */
public record StartupSettings(
    String model,
    int classes,
    int imageSize,
    int batch,
    ComputeType precision,
    Layout layout,
    int threads) {

  public StartupSettings {
    require("image size", imageSize);
    require("batch", batch);
    require("threads", threads);
    if (precision != ComputeType.FP32 && precision != ComputeType.BF16) {
      throw new IllegalArgumentException(
          "precision %s is not fp32 or bf16, which CPUs have".formatted(precision));
    }
  }

  private static void require(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s=%d must be at least 1".formatted(name, value));
    }
  }
}
