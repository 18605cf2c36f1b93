package io.kitbag.models;

/**
 * The extent of one image's activation: channels, height, width. The batch axis is left out; a
 * vector of n features (after global pooling) is n × 1 × 1.
 */
public record FeatureMap(int channels, int height, int width) {

  public FeatureMap {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "a feature map of %d x %d x %d (channels x height x width) has no values; use a larger image"
              .formatted(channels, height, width));
    }
  }

  /** A vector of {@code features} values. */
  public static FeatureMap vector(int features) {
    return new FeatureMap(features, 1, 1);
  }

  /** Number of values of one image. */
  public long size() {
    return (long) channels * height * width;
  }

  @Override
  public String toString() {
    return channels + "x" + height + "x" + width;
  }
}
