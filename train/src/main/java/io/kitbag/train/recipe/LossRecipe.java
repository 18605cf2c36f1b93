package io.kitbag.train.recipe;

import java.util.List;
import java.util.Optional;

/**
 * What is minimised.
 *
 * @param kind which loss
 * @param labelSmoothing the share taken from the true class, from 0 (off) to below 1; the paper
 *     (section 5.2) takes 0.1
 * @param form to whom the share is given
 * @param targetThreshold for binary cross-entropy: a target above it counts as 1, any other as 0;
 *     {@code null} leaves targets as they are. timm's {@code bce-target-thresh}
 * @param sumClasses for binary cross-entropy: adds the classes up instead of taking their mean;
 *     timm's {@code bce-sum}
 * @param focalGamma γ of the focal loss: 0 or at least 1
 * @param classWeights for softmax cross-entropy: a weight for each class in the order of the
 *     classes; empty for none
 * @param auxiliaryWeight factor on the loss of a network's auxiliary head, if it has one
 *     (Inception-V3), from 0; torchvision's reference training takes 0.4
 */
public record LossRecipe(
    Kind kind,
    double labelSmoothing,
    Form form,
    Optional<Double> targetThreshold,
    boolean sumClasses,
    double focalGamma,
    List<Double> classWeights,
    double auxiliaryWeight) {

  /** The losses. */
  public enum Kind {
    /** Of the softmax over all classes: the paper. */
    CROSS_ENTROPY,
    /** Of every class against all others (arXiv 2110.00476). */
    BINARY_CROSS_ENTROPY,
    /** Softmax cross-entropy that looks away from what is already learnt (arXiv 1708.02002). */
    FOCAL
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
    classWeights = List.copyOf(classWeights);
    new Check()
        .that(
            kind != Kind.FOCAL || labelSmoothing == 0,
            "labelSmoothing",
            labelSmoothing,
            "must be 0 with kind focal")
        .that(
            classWeights.isEmpty() || kind == Kind.CROSS_ENTROPY,
            "classWeights",
            classWeights,
            "go with kind cross-entropy only")
        .that(
            classWeights.isEmpty() || labelSmoothing == 0 || form == Form.UNIFORM,
            "form",
            "paper",
            "must be uniform with classWeights and labelSmoothing, as in PyTorch")
        .that(
            classWeights.stream().allMatch(weight -> weight >= 0)
                && (classWeights.isEmpty() || classWeights.stream().anyMatch(weight -> weight > 0)),
            "classWeights",
            classWeights,
            "must be at least 0 and not all 0")
        .that(
            focalGamma == 0 || focalGamma >= 1, "focalGamma", focalGamma, "must be 0 or at least 1")
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
