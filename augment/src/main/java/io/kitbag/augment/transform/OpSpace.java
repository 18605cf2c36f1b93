package io.kitbag.augment.transform;

import java.util.random.RandomGenerator;

/**
 * What the magnitudes of torchvision's policies mean ({@code
 * torchvision/transforms/autoaugment.py}, {@code _augmentation_space}): the magnitude {@code level}
 * of {@code bins} is an argument between nothing and the most. Single precision where it has it.
 */
enum OpSpace {
  /** AutoAugment's and RandAugment's. */
  STANDARD(0.3, 30, 0.9, 8, 4),
  /** TrivialAugment's wide space. */
  WIDE(0.99, 135, 0.99, 8, 6),
  /** AugMix's. */
  AUGMIX(0.3, 30, 0.9, 4, 4);

  private final double shear;
  private final double degrees;
  private final double enhance;
  private final int bits;
  private final int bitsTaken;

  OpSpace(double shear, double degrees, double enhance, int bits, int bitsTaken) {
    this.shear = shear;
    this.degrees = degrees;
    this.enhance = enhance;
    this.bits = bits;
    this.bitsTaken = bitsTaken;
  }

  /** Returns the operation's step, to a random side where it has two. */
  OpStep step(AugmentOp op, int level, int bins, int width, int height, RandomGenerator random) {
    double sign = isSigned(op) && random.nextBoolean() ? -1 : 1;
    return new OpStep(op, argument(op, level, bins, width, height, sign));
  }

  double argument(AugmentOp op, int level, int bins, int width, int height, double sign) {
    return switch (op) {
      case SHEAR_X, SHEAR_Y -> sign * between(0, shear, level, bins);
      case TRANSLATE_X -> sign * (int) between(0, farthest(width), level, bins);
      case TRANSLATE_Y -> sign * (int) between(0, farthest(height), level, bins);
      case ROTATE -> sign * between(0, degrees, level, bins);
      case BRIGHTNESS, COLOR, CONTRAST, SHARPNESS -> 1 + sign * between(0, enhance, level, bins);
      case POSTERIZE -> bits - Math.rint(level * (double) bitsTaken / (bins - 1));
      case SOLARIZE -> between(255, 0, level, bins);
      case IDENTITY, SOLARIZE_ADD, AUTO_CONTRAST, EQUALIZE, INVERT -> 0;
    };
  }

  private double farthest(int side) {
    return switch (this) {
      case STANDARD -> 150.0 / 331.0 * side;
      case WIDE -> 32;
      case AUGMIX -> side / 3.0;
    };
  }

  static boolean isSigned(AugmentOp op) {
    return switch (op) {
      case SHEAR_X, SHEAR_Y, TRANSLATE_X, TRANSLATE_Y, ROTATE -> true;
      case BRIGHTNESS, COLOR, CONTRAST, SHARPNESS -> true;
      default -> false;
    };
  }

  /** PyTorch's {@code linspace}: it counts from the nearer end, and rounds once. */
  private static float between(double start, double end, int level, int bins) {
    float step = ((float) end - (float) start) / (bins - 1);
    return level < bins / 2
        ? Math.fma(step, level, (float) start)
        : Math.fma(-step, bins - 1 - level, (float) end);
  }
}
