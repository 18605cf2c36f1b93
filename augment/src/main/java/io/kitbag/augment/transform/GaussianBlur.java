package io.kitbag.augment.transform;

import io.kitbag.augment.image.PillowFilters;
import io.kitbag.augment.image.PixelImage;
import java.util.random.RandomGenerator;

/**
 * Blurs with a probability and a deviation uniform between two bounds.
 *
 * <p>The filter is Pillow's {@code GaussianBlur}, three box blurs, whose time does not depend on
 * the deviation; torchvision's is the exact kernel. SimCLR (arXiv 2002.05709, appendix A) blurs
 * with probability 0.5 and deviations 0.1 to 2.
 *
 * @param probability in [0, 1]
 * @param minSigma least standard deviation in pixels
 * @param maxSigma greatest standard deviation in pixels
 */
public record GaussianBlur(double probability, double minSigma, double maxSigma)
    implements Transform {
  /** Checks the ranges. */
  public GaussianBlur {
    Check.within("probability", probability, 0, 1);
    Check.notNegative("minSigma", minSigma);
    Check.within("maxSigma", maxSigma, minSigma, 1000);
  }

  /** Returns SimCLR's deviations, 0.1 to 2 pixels, with a probability. */
  public static GaussianBlur simClr(double probability) {
    return new GaussianBlur(probability, 0.1, 2);
  }

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    if (random.nextDouble() < probability) {
      double sigma = minSigma + (maxSigma - minSigma) * random.nextDouble();
      PillowFilters.gaussianBlur(image, (float) sigma);
    }
  }
}
