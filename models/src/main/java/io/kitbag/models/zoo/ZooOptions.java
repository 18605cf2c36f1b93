package io.kitbag.models.zoo;

import java.util.OptionalInt;

/**
 * What can be chosen for every network of the zoo.
 *
 * @param classes number of outputs
 * @param inputChannels 3 for RGB
 * @param zeroGamma starts the last γ of every residual block at 0 (arXiv 1812.01187, section 3.1)
 * @param stemWidth width of the stem in the network's own meaning; its default if empty
 */
public record ZooOptions(int classes, int inputChannels, boolean zeroGamma, OptionalInt stemWidth) {

  /** RGB, γ = 1, default stem. */
  public static ZooOptions classes(int classes) {
    return new ZooOptions(classes, 3, false, OptionalInt.empty());
  }

  public ZooOptions withInputChannels(int channels) {
    return new ZooOptions(classes, channels, zeroGamma, stemWidth);
  }

  public ZooOptions withZeroGamma(boolean zero) {
    return new ZooOptions(classes, inputChannels, zero, stemWidth);
  }

  public ZooOptions withStemWidth(int width) {
    return new ZooOptions(classes, inputChannels, zeroGamma, OptionalInt.of(width));
  }
}
