package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import java.util.random.RandomGenerator;

/**
 * TrivialAugment with the wide space: one operation of RandAugment's 14, with a magnitude uniform
 * over all bins.
 *
 * <p>Müller and Hutter, arXiv 2103.10158; magnitudes: {@code
 * torchvision.transforms.TrivialAugmentWide}.
 *
 * @param bins number of magnitudes; torchvision 31
 * @param warp filter and fill of the geometric operations
 */
public record TrivialAugmentWide(int bins, Warp warp) implements Transform {
  /** Checks the number. */
  public TrivialAugmentWide {
    Check.within("bins", bins, 2, 1000);
  }

  /** Returns torchvision's, with 31 magnitudes. */
  public static TrivialAugmentWide torchvision() {
    return new TrivialAugmentWide(31, Warp.torchvision());
  }

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    draw(image.width(), image.height(), random).apply(image, warp);
  }

  OpStep draw(int width, int height, RandomGenerator random) {
    AugmentOp op = RandAugment.OPS.get(random.nextInt(RandAugment.OPS.size()));
    return OpSpace.WIDE.step(op, random.nextInt(bins), bins, width, height, random);
  }
}
