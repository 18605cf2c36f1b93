package io.kitbag.precision;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.kitbag.models.Network;
import java.util.List;

/**
 * What is subtracted from pixels and what they are divided by, per channel, before the network.
 *
 * @param mean per channel, on the scale of the pixels (0–255 for uint8 images)
 * @param std per channel, on the same scale
 */
public record Normalization(List<Double> mean, List<Double> std) {

  public Normalization {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    if (mean.isEmpty() || mean.size() != std.size()) {
      throw new IllegalArgumentException(
          "mean %s and std %s must have one value per channel".formatted(mean, std));
    }
    if (std.stream().anyMatch(value -> !(value > 0))) {
      throw new IllegalArgumentException("std %s must be positive".formatted(std));
    }
  }

  /** Leaves values as they are, for images that are float32 and normalised already. */
  public static Normalization none(int channels) {
    return new Normalization(
        java.util.Collections.nCopies(channels, 0.0), java.util.Collections.nCopies(channels, 1.0));
  }

  /** ImageNet's RGB statistics on the 0–255 scale (arXiv 1812.01187, section 2.1). */
  public static Normalization imageNet() {
    return new Normalization(List.of(123.68, 116.779, 103.939), List.of(58.393, 57.12, 57.375));
  }

  /**
   * Checks the number of channels.
   *
   * @throws IllegalArgumentException if the network's images have another one
   */
  void requireFits(Network network) {
    if (mean.size() != network.inputChannels()) {
      throw new IllegalArgumentException(
          "%s takes %d channels but mean and std have %d values"
              .formatted(network.name(), network.inputChannels(), mean.size()));
    }
  }

  /** Mean and standard deviation as 1 × C × 1 × 1 arrays. */
  NDList arrays(NDManager manager) {
    int channels = mean.size();
    NDList arrays = new NDList();
    for (List<Double> values : List.of(mean, std)) {
      float[] floats = new float[channels];
      for (int i = 0; i < channels; i++) {
        floats[i] = values.get(i).floatValue();
      }
      arrays.add(manager.create(floats, new Shape(1, channels, 1, 1)));
    }
    return arrays;
  }
}
