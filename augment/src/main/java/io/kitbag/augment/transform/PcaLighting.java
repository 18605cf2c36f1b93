package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import java.util.random.RandomGenerator;

/**
 * Adds one random colour along the principal axes of ImageNet's colours to the whole image.
 *
 * <p>rgb += E · (α ∘ λ), α ~ N(0, {@code alphaStd})³ drawn once per image; then rounded to the
 * nearest integer and clamped to 0-255. From Krizhevsky et al., NIPS 2012, section 4.1. The
 * eigenvectors E and eigenvalues λ, on the 0-255 scale, are those of MXNet ({@code
 * python/mxnet/image/image.py}, {@code CreateAugmenter}).
 *
 * @param alphaStd standard deviation of α
 */
public record PcaLighting(double alphaStd) implements Transform {
  private static final double[] EIGENVALUES = {55.46, 4.794, 1.148};
  private static final double[][] EIGENVECTORS = {
    {-0.5675, 0.7192, 0.4009}, {-0.5808, -0.0045, -0.8140}, {-0.5836, -0.6948, 0.4203}
  };

  /** Checks the deviation. */
  public PcaLighting {
    Check.notNegative("alphaStd", alphaStd);
  }

  /** Returns the noise of the paper and of GluonCV, 0.1 (arXiv 1812.01187 section 2.1). */
  public static PcaLighting paper() {
    return new PcaLighting(0.1);
  }

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    double[] shift = draw(random);
    byte[] pixels = image.pixels();
    int length = image.length();
    byte[] table = new byte[256];
    for (int channel = 0; channel < 3; channel++) {
      for (int v = 0; v < 256; v++) {
        table[v] = (byte) Math.max(0, Math.min(255, Math.rint(v + shift[channel])));
      }
      for (int i = channel; i < length; i += 3) {
        pixels[i] = table[pixels[i] & 0xff];
      }
    }
  }

  /** Draws what is added to red, green and blue. */
  public double[] draw(RandomGenerator random) {
    double[] shift = new double[3];
    for (int axis = 0; axis < 3; axis++) {
      double along = alphaStd * random.nextGaussian() * EIGENVALUES[axis];
      for (int channel = 0; channel < 3; channel++) {
        shift[channel] += EIGENVECTORS[channel][axis] * along;
      }
    }
    return shift;
  }
}
