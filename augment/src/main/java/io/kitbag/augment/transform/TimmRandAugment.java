package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * RandAugment as in timm: operations out of 15, each applied with probability one half, with a
 * magnitude that varies.
 *
 * <p>The magnitude of each operation is normal about {@code magnitude}, clipped to 0 … 10 ({@code
 * timm/data/auto_augment.py}; {@code rand-m7-mstd0.5-inc1} is {@code of(7, 0.5)}). timm chooses the
 * filter between bilinear and bicubic at random unless one is given; here one is given.
 *
 * @param operations how many are drawn; timm 2
 * @param magnitude from 0 to 10; timm 10
 * @param magnitudeStd standard deviation of the magnitude; timm 0
 * @param increasing whether posterize, solarize and the enhancements do more at a larger magnitude:
 *     timm's {@code inc1}, which its published recipes take
 * @param probability of applying an operation that was drawn; timm 0.5
 * @param warp filter and fill of the geometric operations
 */
public record TimmRandAugment(
    int operations,
    double magnitude,
    double magnitudeStd,
    boolean increasing,
    double probability,
    Warp warp)
    implements Transform {
  private static final double MOST = 10;
  private static final double BRIGHTEST = 256;

  /** The operations, each as likely as any other. */
  static final List<AugmentOp> OPS =
      List.of(
          AugmentOp.AUTO_CONTRAST,
          AugmentOp.EQUALIZE,
          AugmentOp.INVERT,
          AugmentOp.ROTATE,
          AugmentOp.POSTERIZE,
          AugmentOp.SOLARIZE,
          AugmentOp.SOLARIZE_ADD,
          AugmentOp.COLOR,
          AugmentOp.CONTRAST,
          AugmentOp.BRIGHTNESS,
          AugmentOp.SHARPNESS,
          AugmentOp.SHEAR_X,
          AugmentOp.SHEAR_Y,
          AugmentOp.TRANSLATE_X,
          AugmentOp.TRANSLATE_Y);

  /** Checks the numbers. */
  public TimmRandAugment {
    Check.positive("operations", operations);
    Check.within("magnitude", magnitude, 0, MOST);
    Check.notNegative("magnitudeStd", magnitudeStd);
    Check.within("probability", probability, 0, 1);
  }

  /** Returns {@code rand-m<magnitude>-mstd<magnitudeStd>-inc1}. */
  public static TimmRandAugment of(double magnitude, double magnitudeStd) {
    return new TimmRandAugment(2, magnitude, magnitudeStd, true, 0.5, Warp.timm());
  }

  /** Returns this with another number of operations, direction of the magnitude, and filter. */
  public TimmRandAugment with(int otherOperations, boolean alwaysMore, Warp otherWarp) {
    return new TimmRandAugment(
        otherOperations, magnitude, magnitudeStd, alwaysMore, probability, otherWarp);
  }

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    for (int i = 0; i < operations; i++) {
      draw(image.width(), image.height(), random).apply(image, warp);
    }
  }

  OpStep draw(int width, int height, RandomGenerator random) {
    AugmentOp op = OPS.get(random.nextInt(OPS.size()));
    if (random.nextDouble() >= probability) {
      return new OpStep(AugmentOp.IDENTITY, 0);
    }
    double level = magnitude + magnitudeStd * random.nextGaussian();
    double sign = random.nextBoolean() ? -1 : 1;
    return new OpStep(op, argument(op, Math.max(0, Math.min(MOST, level)), width, height, sign));
  }

  double argument(AugmentOp op, double level, int width, int height, double sign) {
    double share = level / MOST;
    return switch (op) {
      case ROTATE -> sign * share * 30;
      case SHEAR_X, SHEAR_Y -> sign * share * 0.3;
      case TRANSLATE_X -> sign * share * 0.45 * width;
      case TRANSLATE_Y -> sign * share * 0.45 * height;
      case BRIGHTNESS, COLOR, CONTRAST, SHARPNESS ->
          increasing ? Math.max(0.1, 1 + sign * share * 0.9) : share * 1.8 + 0.1;
      case POSTERIZE -> increasing ? 4 - (int) (share * 4) : (int) (share * 4);
      case SOLARIZE -> {
        int threshold = (int) Math.min(BRIGHTEST, share * BRIGHTEST);
        yield increasing ? BRIGHTEST - threshold : threshold;
      }
      case SOLARIZE_ADD -> (int) (share * 110);
      case IDENTITY, AUTO_CONTRAST, EQUALIZE, INVERT -> 0;
    };
  }
}
