package io.kitbag.train.recipe;

import io.kitbag.models.zoo.ZooOptions;
import java.util.Optional;

/**
 * What a network of the zoo has beyond its name; see {@link ZooOptions} for the sources.
 *
 * @param stemWidth width of the first convolution in the network's own meaning; its default if
 *     empty
 * @param squeezeExcite squeeze-and-excitation in every residual branch (arXiv 1709.01507)
 * @param blurPool filters before subsampling (arXiv 1904.11486)
 * @param dropPath probability with which the last residual branch is left out for an image, linear
 *     from 0 at the first (arXiv 1603.09382), from 0 to below 1; 0 is off
 * @param dropout probability with which a value in front of the last layer is dropped, from 0 to
 *     below 1; the network's default if empty
 * @param groupNorm normalises groups of channels instead of batches (arXiv 1803.08494)
 * @param frozenBatchNorm uses the running statistics in training too, for fine-tuning; not with
 *     {@code groupNorm}
 * @param auxiliaryHead whether Inception-V3 has its second output, which needs 299 pixels
 */
public record NetworkOptions(
    Optional<Integer> stemWidth,
    boolean squeezeExcite,
    boolean blurPool,
    double dropPath,
    Optional<Double> dropout,
    boolean groupNorm,
    boolean frozenBatchNorm,
    boolean auxiliaryHead) {

  /** Checks the ranges. */
  public NetworkOptions {
    new Check()
        .atLeast(1, "stemWidth", stemWidth.orElse(1))
        .that(isRate(dropPath), "dropPath", dropPath, "must be at least 0 and below 1")
        .that(
            isRate(dropout.orElse(0.0)),
            "dropout",
            dropout.orElse(0.0),
            "must be at least 0 and below 1")
        .that(
            !(groupNorm && frozenBatchNorm),
            "frozenBatchNorm",
            frozenBatchNorm,
            "has nothing to freeze with groupNorm; set one of the two")
        .done();
  }

  private static boolean isRate(double value) {
    return value >= 0 && value < 1;
  }

  ZooOptions zooOptions(int classes) {
    ZooOptions options =
        ZooOptions.classes(classes)
            .withSqueezeExcite(squeezeExcite)
            .withBlurPool(blurPool)
            .withDropPath(dropPath)
            .withGroupNorm(groupNorm)
            .withFrozenBatchNorm(frozenBatchNorm)
            .withAuxiliaryHead(auxiliaryHead);
    if (stemWidth.isPresent()) {
      options = options.withStemWidth(stemWidth.get());
    }
    return dropout.isPresent() ? options.withDropout(dropout.get()) : options;
  }
}
