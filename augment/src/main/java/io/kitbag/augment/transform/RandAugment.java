package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * RandAugment as in torchvision: some operations out of 14, each with the same magnitude.
 *
 * <p>Cubuk et al., arXiv 1909.13719. Operations are drawn with replacement, the side of those that
 * have two with probability one half. Set of operations and magnitudes: {@code
 * torchvision.transforms.RandAugment}.
 *
 * @param operations how many are applied one after another; torchvision 2
 * @param magnitude from 0 to {@code bins} − 1; torchvision 9
 * @param bins number of magnitudes; torchvision 31
 * @param warp filter and fill of the geometric operations
 */
public record RandAugment(int operations, int magnitude, int bins, Warp warp) implements Transform {
  /** The operations, each as likely as any other. */
  static final List<AugmentOp> OPS =
      List.of(
          AugmentOp.IDENTITY,
          AugmentOp.SHEAR_X,
          AugmentOp.SHEAR_Y,
          AugmentOp.TRANSLATE_X,
          AugmentOp.TRANSLATE_Y,
          AugmentOp.ROTATE,
          AugmentOp.BRIGHTNESS,
          AugmentOp.COLOR,
          AugmentOp.CONTRAST,
          AugmentOp.SHARPNESS,
          AugmentOp.POSTERIZE,
          AugmentOp.SOLARIZE,
          AugmentOp.AUTO_CONTRAST,
          AugmentOp.EQUALIZE);

  /** Checks the numbers. */
  public RandAugment {
    Check.positive("operations", operations);
    Check.within("bins", bins, 2, 1000);
    Check.within("magnitude", magnitude, 0, bins - 1);
  }

  /** Returns torchvision's: two operations of magnitude 9 of 31. */
  public static RandAugment torchvision() {
    return new RandAugment(2, 9, 31, Warp.torchvision());
  }

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    for (int i = 0; i < operations; i++) {
      draw(image.width(), image.height(), random).apply(image, warp);
    }
  }

  OpStep draw(int width, int height, RandomGenerator random) {
    AugmentOp op = OPS.get(random.nextInt(OPS.size()));
    return OpSpace.STANDARD.step(op, magnitude, bins, width, height, random);
  }
}
