package io.kitbag.train.recipe;

/**
 * A policy that chooses from a set of operations for every image. With one, timm and torchvision
 * leave jitter out; here both happen if both are on.
 *
 * @param policy which one; a setting that it does not have has no effect
 * @param operations how many are drawn, for the kinds of RandAugment; all sources: 2
 * @param magnitude of RandAugment: a whole number from 0 to 30 (torchvision: 9), or any from 0 to
 *     10 for timm's
 * @param magnitudeStd deviation of the magnitude, for timm's RandAugment
 * @param severity how many of ten magnitudes AugMix draws from, 1 to 10; torchvision: 3
 * @param interpolation how shears, shifts and turns read between pixels
 * @param fill what they show beyond the edges
 */
public record AutoRecipe(
    Policy policy,
    int operations,
    double magnitude,
    double magnitudeStd,
    int severity,
    Filter interpolation,
    Fill fill) {

  /** The policies. */
  public enum Policy {
    /** None. */
    NONE,
    /** RandAugment (arXiv 1909.13719) as in torchvision. */
    RAND_AUGMENT,
    /** RandAugment as in timm; for some operations a larger magnitude does less. */
    TIMM_RAND_AUGMENT,
    /** The same with magnitudes that always do more: timm's inc1. */
    TIMM_RAND_AUGMENT_INCREASING,
    /** One operation of random magnitude (arXiv 2103.10158). */
    TRIVIAL_AUGMENT_WIDE,
    /** Learnt on ImageNet (arXiv 1805.09501). */
    AUTO_AUGMENT_IMAGENET,
    /** Learnt on CIFAR-10. */
    AUTO_AUGMENT_CIFAR10,
    /** Learnt on street-view house numbers. */
    AUTO_AUGMENT_SVHN,
    /** A blend of chains of operations (arXiv 1912.02781). */
    AUGMIX
  }

  /** How images are read between pixels. */
  public enum Filter {
    /** The pixel that is hit: the default of torchvision's classes. */
    NEAREST,
    /** Linear: torchvision's training script. */
    BILINEAR,
    /** Cubic: timm, unless another is chosen. */
    BICUBIC
  }

  /** What lies beyond the edges. */
  public enum Fill {
    /** Black: torchvision. */
    BLACK,
    /** The mean of the normalisation: timm. */
    MEAN
  }

  /** Checks the ranges. */
  public AutoRecipe {
    boolean torchvision = policy == Policy.RAND_AUGMENT;
    boolean timm =
        policy == Policy.TIMM_RAND_AUGMENT || policy == Policy.TIMM_RAND_AUGMENT_INCREASING;
    new Check()
        .atLeast(1, "operations", operations)
        .within(0, 30, "magnitude", magnitude)
        .that(
            !torchvision || magnitude == Math.rint(magnitude),
            "magnitude",
            magnitude,
            "must be a whole number for policy rand-augment")
        .that(!timm || magnitude <= 10, "magnitude", magnitude, "must be 0 to 10 for timm's policy")
        .within(0, 100, "magnitudeStd", magnitudeStd)
        .within(1, 10, "severity", severity)
        .done();
  }
}
