package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import java.util.random.RandomGenerator;

/**
 * A policy that AutoAugment has learnt: one of 25 pairs of operations, each with a probability and
 * a magnitude of its own.
 *
 * <p>Cubuk et al., arXiv 1805.09501; magnitudes in ten bins, as in {@code
 * torchvision.transforms.AutoAugment}.
 *
 * @param policy on which data it was learnt
 * @param warp filter and fill of the geometric operations
 */
public record AutoAugment(AutoAugmentPolicy policy, Warp warp) implements Transform {
  private static final int BINS = 10;

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    AutoAugmentPolicy.Pair pair = policy.pairs().get(random.nextInt(policy.pairs().size()));
    apply(pair.first(), image, random);
    apply(pair.second(), image, random);
  }

  private void apply(AutoAugmentPolicy.Step step, PixelImage image, RandomGenerator random) {
    if (random.nextDouble() < step.probability()) {
      OpSpace.STANDARD
          .step(step.op(), step.level(), BINS, image.width(), image.height(), random)
          .apply(image, warp);
    }
  }
}
