package io.kitbag.augment.transform;

import java.util.List;

/**
 * The three policies that were published with {@link AutoAugment}, by the data they were learnt on.
 */
public enum AutoAugmentPolicy {
  /** ImageNet. */
  IMAGENET(
      pair(AugmentOp.POSTERIZE, 0.4, 8, AugmentOp.ROTATE, 0.6, 9),
      pair(AugmentOp.SOLARIZE, 0.6, 5, AugmentOp.AUTO_CONTRAST, 0.6, 0),
      pair(AugmentOp.EQUALIZE, 0.8, 0, AugmentOp.EQUALIZE, 0.6, 0),
      pair(AugmentOp.POSTERIZE, 0.6, 7, AugmentOp.POSTERIZE, 0.6, 6),
      pair(AugmentOp.EQUALIZE, 0.4, 0, AugmentOp.SOLARIZE, 0.2, 4),
      pair(AugmentOp.EQUALIZE, 0.4, 0, AugmentOp.ROTATE, 0.8, 8),
      pair(AugmentOp.SOLARIZE, 0.6, 3, AugmentOp.EQUALIZE, 0.6, 0),
      pair(AugmentOp.POSTERIZE, 0.8, 5, AugmentOp.EQUALIZE, 1.0, 0),
      pair(AugmentOp.ROTATE, 0.2, 3, AugmentOp.SOLARIZE, 0.6, 8),
      pair(AugmentOp.EQUALIZE, 0.6, 0, AugmentOp.POSTERIZE, 0.4, 6),
      pair(AugmentOp.ROTATE, 0.8, 8, AugmentOp.COLOR, 0.4, 0),
      pair(AugmentOp.ROTATE, 0.4, 9, AugmentOp.EQUALIZE, 0.6, 0),
      pair(AugmentOp.EQUALIZE, 0.0, 0, AugmentOp.EQUALIZE, 0.8, 0),
      pair(AugmentOp.INVERT, 0.6, 0, AugmentOp.EQUALIZE, 1.0, 0),
      pair(AugmentOp.COLOR, 0.6, 4, AugmentOp.CONTRAST, 1.0, 8),
      pair(AugmentOp.ROTATE, 0.8, 8, AugmentOp.COLOR, 1.0, 2),
      pair(AugmentOp.COLOR, 0.8, 8, AugmentOp.SOLARIZE, 0.8, 7),
      pair(AugmentOp.SHARPNESS, 0.4, 7, AugmentOp.INVERT, 0.6, 0),
      pair(AugmentOp.SHEAR_X, 0.6, 5, AugmentOp.EQUALIZE, 1.0, 0),
      pair(AugmentOp.COLOR, 0.4, 0, AugmentOp.EQUALIZE, 0.6, 0),
      pair(AugmentOp.EQUALIZE, 0.4, 0, AugmentOp.SOLARIZE, 0.2, 4),
      pair(AugmentOp.SOLARIZE, 0.6, 5, AugmentOp.AUTO_CONTRAST, 0.6, 0),
      pair(AugmentOp.INVERT, 0.6, 0, AugmentOp.EQUALIZE, 1.0, 0),
      pair(AugmentOp.COLOR, 0.6, 4, AugmentOp.CONTRAST, 1.0, 8),
      pair(AugmentOp.EQUALIZE, 0.8, 0, AugmentOp.EQUALIZE, 0.6, 0)),
  /** CIFAR-10. */
  CIFAR10(
      pair(AugmentOp.INVERT, 0.1, 0, AugmentOp.CONTRAST, 0.2, 6),
      pair(AugmentOp.ROTATE, 0.7, 2, AugmentOp.TRANSLATE_X, 0.3, 9),
      pair(AugmentOp.SHARPNESS, 0.8, 1, AugmentOp.SHARPNESS, 0.9, 3),
      pair(AugmentOp.SHEAR_Y, 0.5, 8, AugmentOp.TRANSLATE_Y, 0.7, 9),
      pair(AugmentOp.AUTO_CONTRAST, 0.5, 0, AugmentOp.EQUALIZE, 0.9, 0),
      pair(AugmentOp.SHEAR_Y, 0.2, 7, AugmentOp.POSTERIZE, 0.3, 7),
      pair(AugmentOp.COLOR, 0.4, 3, AugmentOp.BRIGHTNESS, 0.6, 7),
      pair(AugmentOp.SHARPNESS, 0.3, 9, AugmentOp.BRIGHTNESS, 0.7, 9),
      pair(AugmentOp.EQUALIZE, 0.6, 0, AugmentOp.EQUALIZE, 0.5, 0),
      pair(AugmentOp.CONTRAST, 0.6, 7, AugmentOp.SHARPNESS, 0.6, 5),
      pair(AugmentOp.COLOR, 0.7, 7, AugmentOp.TRANSLATE_X, 0.5, 8),
      pair(AugmentOp.EQUALIZE, 0.3, 0, AugmentOp.AUTO_CONTRAST, 0.4, 0),
      pair(AugmentOp.TRANSLATE_Y, 0.4, 3, AugmentOp.SHARPNESS, 0.2, 6),
      pair(AugmentOp.BRIGHTNESS, 0.9, 6, AugmentOp.COLOR, 0.2, 8),
      pair(AugmentOp.SOLARIZE, 0.5, 2, AugmentOp.INVERT, 0.0, 0),
      pair(AugmentOp.EQUALIZE, 0.2, 0, AugmentOp.AUTO_CONTRAST, 0.6, 0),
      pair(AugmentOp.EQUALIZE, 0.2, 0, AugmentOp.EQUALIZE, 0.6, 0),
      pair(AugmentOp.COLOR, 0.9, 9, AugmentOp.EQUALIZE, 0.6, 0),
      pair(AugmentOp.AUTO_CONTRAST, 0.8, 0, AugmentOp.SOLARIZE, 0.2, 8),
      pair(AugmentOp.BRIGHTNESS, 0.1, 3, AugmentOp.COLOR, 0.7, 0),
      pair(AugmentOp.SOLARIZE, 0.4, 5, AugmentOp.AUTO_CONTRAST, 0.9, 0),
      pair(AugmentOp.TRANSLATE_Y, 0.9, 9, AugmentOp.TRANSLATE_Y, 0.7, 9),
      pair(AugmentOp.AUTO_CONTRAST, 0.9, 0, AugmentOp.SOLARIZE, 0.8, 3),
      pair(AugmentOp.EQUALIZE, 0.8, 0, AugmentOp.INVERT, 0.1, 0),
      pair(AugmentOp.TRANSLATE_Y, 0.7, 9, AugmentOp.AUTO_CONTRAST, 0.9, 0)),
  /** SVHN, street-view house numbers. */
  SVHN(
      pair(AugmentOp.SHEAR_X, 0.9, 4, AugmentOp.INVERT, 0.2, 0),
      pair(AugmentOp.SHEAR_Y, 0.9, 8, AugmentOp.INVERT, 0.7, 0),
      pair(AugmentOp.EQUALIZE, 0.6, 0, AugmentOp.SOLARIZE, 0.6, 6),
      pair(AugmentOp.INVERT, 0.9, 0, AugmentOp.EQUALIZE, 0.6, 0),
      pair(AugmentOp.EQUALIZE, 0.6, 0, AugmentOp.ROTATE, 0.9, 3),
      pair(AugmentOp.SHEAR_X, 0.9, 4, AugmentOp.AUTO_CONTRAST, 0.8, 0),
      pair(AugmentOp.SHEAR_Y, 0.9, 8, AugmentOp.INVERT, 0.4, 0),
      pair(AugmentOp.SHEAR_Y, 0.9, 5, AugmentOp.SOLARIZE, 0.2, 6),
      pair(AugmentOp.INVERT, 0.9, 0, AugmentOp.AUTO_CONTRAST, 0.8, 0),
      pair(AugmentOp.EQUALIZE, 0.6, 0, AugmentOp.ROTATE, 0.9, 3),
      pair(AugmentOp.SHEAR_X, 0.9, 4, AugmentOp.SOLARIZE, 0.3, 3),
      pair(AugmentOp.SHEAR_Y, 0.8, 8, AugmentOp.INVERT, 0.7, 0),
      pair(AugmentOp.EQUALIZE, 0.9, 0, AugmentOp.TRANSLATE_Y, 0.6, 6),
      pair(AugmentOp.INVERT, 0.9, 0, AugmentOp.EQUALIZE, 0.6, 0),
      pair(AugmentOp.CONTRAST, 0.3, 3, AugmentOp.ROTATE, 0.8, 4),
      pair(AugmentOp.INVERT, 0.8, 0, AugmentOp.TRANSLATE_Y, 0.0, 2),
      pair(AugmentOp.SHEAR_Y, 0.7, 6, AugmentOp.SOLARIZE, 0.4, 8),
      pair(AugmentOp.INVERT, 0.6, 0, AugmentOp.ROTATE, 0.8, 4),
      pair(AugmentOp.SHEAR_Y, 0.3, 7, AugmentOp.TRANSLATE_X, 0.9, 3),
      pair(AugmentOp.SHEAR_X, 0.1, 6, AugmentOp.INVERT, 0.6, 0),
      pair(AugmentOp.SOLARIZE, 0.7, 2, AugmentOp.TRANSLATE_Y, 0.6, 7),
      pair(AugmentOp.SHEAR_Y, 0.8, 4, AugmentOp.INVERT, 0.8, 0),
      pair(AugmentOp.SHEAR_X, 0.7, 9, AugmentOp.TRANSLATE_Y, 0.8, 3),
      pair(AugmentOp.SHEAR_Y, 0.8, 5, AugmentOp.AUTO_CONTRAST, 0.7, 0),
      pair(AugmentOp.SHEAR_X, 0.7, 2, AugmentOp.INVERT, 0.1, 0));

  private final List<Pair> pairs;

  AutoAugmentPolicy(Pair... pairs) {
    this.pairs = List.of(pairs);
  }

  /** One of the two operations of a pair; operations without a magnitude have level 0. */
  record Step(AugmentOp op, double probability, int level) {}

  /** Two operations, one after the other. */
  record Pair(Step first, Step second) {}

  List<Pair> pairs() {
    return pairs;
  }

  private static Pair pair(
      AugmentOp first, double p, int level, AugmentOp second, double q, int secondLevel) {
    return new Pair(new Step(first, p, level), new Step(second, q, secondLevel));
  }
}
