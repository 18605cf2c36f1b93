package io.kitbag.train.recipe;

import java.util.Optional;

/**
 * What is minimised.
 *
 * @param kind softmax or binary cross-entropy
 * @param labelSmoothing the share taken from the true class, from 0 (off) to below 1; the paper
 *     (section 5.2) takes 0.1
 * @param form to whom the share is given
 * @param targetThreshold for binary cross-entropy: a target above it counts as 1, any other as 0;
 *     {@code null} leaves targets as they are. timm's {@code bce-target-thresh}
 * @param auxiliaryWeight factor on the loss of a network's auxiliary head, if it has one
 *     (Inception-V3), from 0; torchvision's reference training takes 0.4
 */
public record LossRecipe(
    Kind kind,
    double labelSmoothing,
    Form form,
    Optional<Double> targetThreshold,
    double auxiliaryWeight) {

  /** The losses. */
  public enum Kind {
    /** Of the softmax over all classes: the paper. */
    CROSS_ENTROPY,
    /** Of every class against all others (arXiv 2110.00476). */
    BINARY_CROSS_ENTROPY
  }

  /** To whom label smoothing gives its share, of K classes. */
  public enum Form {
    /** To the K - 1 other classes: the paper, section 5.2. */
    PAPER,
    /** To all K classes, the true one included: GluonCV, torchvision, timm. */
    UNIFORM
  }

  /** Checks the range. */
  public LossRecipe {
    new Check()
        .that(
            labelSmoothing >= 0 && labelSmoothing < 1,
            "labelSmoothing",
            labelSmoothing,
            "must be at least 0 and below 1")
        .that(
            targetThreshold.isEmpty() || targetThreshold.get() >= 0 && targetThreshold.get() < 1,
            "targetThreshold",
            targetThreshold.map(String::valueOf).orElse("null"),
            "must be at least 0 and below 1")
        .that(
            auxiliaryWeight >= 0 && auxiliaryWeight < Double.POSITIVE_INFINITY,
            "auxiliaryWeight",
            auxiliaryWeight,
            "must be at least 0")
        .done();
  }
}
