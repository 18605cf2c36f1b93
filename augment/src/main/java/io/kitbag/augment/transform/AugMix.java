package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.random.Draws;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * AugMix: a random blend of the image and several chains of operations on it.
 *
 * <p>Hendrycks et al., arXiv 1912.02781. The image keeps a share drawn from Beta(α, α), the chains
 * divide the rest by Dirichlet(α, …). Operations and magnitudes are those of {@code
 * torchvision.transforms.AugMix}; where that runs them on tensors, these are Pillow's, and the
 * blend is rounded to the nearest level. The consistency loss of the paper is not part of it.
 *
 * @param severity magnitudes are drawn from the first {@code severity} of ten; torchvision 3
 * @param width number of chains; torchvision 3
 * @param depth operations in a chain; 0 draws 1, 2 or 3 for each, as torchvision does by default
 * @param alpha α; torchvision 1
 * @param allOps whether brightness, colour, contrast and sharpness, with which corruptions are made
 *     that robustness is measured by, are among the operations; torchvision true
 * @param warp filter and fill of the geometric operations
 */
public record AugMix(int severity, int width, int depth, double alpha, boolean allOps, Warp warp)
    implements Transform {
  private static final int BINS = 10;
  private static final int DEEPEST = 3;

  /** The operations, each as likely as any other; the last four only with {@code allOps}. */
  static final List<AugmentOp> OPS =
      List.of(
          AugmentOp.SHEAR_X,
          AugmentOp.SHEAR_Y,
          AugmentOp.TRANSLATE_X,
          AugmentOp.TRANSLATE_Y,
          AugmentOp.ROTATE,
          AugmentOp.POSTERIZE,
          AugmentOp.SOLARIZE,
          AugmentOp.AUTO_CONTRAST,
          AugmentOp.EQUALIZE,
          AugmentOp.BRIGHTNESS,
          AugmentOp.COLOR,
          AugmentOp.CONTRAST,
          AugmentOp.SHARPNESS);

  private static final int WITHOUT_CORRUPTIONS = 9;

  /** Checks the numbers. */
  public AugMix {
    Check.within("severity", severity, 1, BINS);
    Check.positive("width", width);
    Check.notNegative("depth", depth);
    if (!(alpha > 0 && alpha < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("alpha=" + alpha + " must be above 0 and finite");
    }
  }

  /** Returns torchvision's. */
  public static AugMix torchvision() {
    return new AugMix(3, 3, 0, 1, true, Warp.torchvision());
  }

  /** Returns this with another severity and filter. */
  public AugMix with(int otherSeverity, Warp otherWarp) {
    return new AugMix(otherSeverity, width, depth, alpha, allOps, otherWarp);
  }

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    Draws draws = Draws.from(random);
    double own = draws.nextBeta(alpha, alpha);
    double[] shares = new double[width];
    draws.nextDirichlet(alpha, shares);
    float[] sums = image.sums();
    byte[] pixels = image.pixels();
    int length = image.length();
    for (int i = 0; i < length; i++) {
      sums[i] = (float) own * (pixels[i] & 0xff) + 0.5f;
    }
    PixelImage chain = image.spare();
    for (double share : shares) {
      chain.copyFrom(image);
      int steps = depth > 0 ? depth : 1 + draws.nextInt(DEEPEST);
      for (int i = 0; i < steps; i++) {
        draw(image.width(), image.height(), draws).apply(chain, warp);
      }
      float weight = (float) ((1 - own) * share);
      byte[] mixed = chain.pixels();
      for (int i = 0; i < length; i++) {
        sums[i] += weight * (mixed[i] & 0xff);
      }
    }
    for (int i = 0; i < length; i++) {
      pixels[i] = (byte) Math.min(255, (int) sums[i]);
    }
  }

  OpStep draw(int imageWidth, int imageHeight, RandomGenerator random) {
    AugmentOp op = OPS.get(random.nextInt(allOps ? OPS.size() : WITHOUT_CORRUPTIONS));
    int level = random.nextInt(severity);
    return OpSpace.AUGMIX.step(op, level, BINS, imageWidth, imageHeight, random);
  }
}
