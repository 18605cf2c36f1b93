package io.kitbag.augment.internal.jpeg;

import io.kitbag.augment.transform.ColorJitter;
import java.util.Arrays;

/**
 * Changes of colour folded into the conversion from YCbCr to RGB.
 *
 * <p>Brightness, contrast and saturation are blends with black, the mean luma and a pixel's own
 * luma: affine in (Y, Cb, Cr), so any sequence of them is Y′ = gain · Y + offset, C′ = chroma · C.
 * Against Pillow's sequence, which rounds and clamps to 8 bits after every step, pixels differ
 * where a step clamps.
 *
 * <p>Not thread-safe.
 */
public final class FusedColor implements ColorJitter.Steps {
  private double mean;
  private double gain;
  private double offset;
  private double chroma;
  private final double[] shift = new double[3];

  /** Makes one that changes nothing. */
  public FusedColor() {
    clear(0);
  }

  /**
   * Forgets all changes.
   *
   * @param meanLuma the mean luma of the picture to come, 0-255; matters to contrast only
   */
  public void clear(double meanLuma) {
    mean = meanLuma;
    gain = 1;
    offset = 0;
    chroma = 1;
    Arrays.fill(shift, 0);
  }

  @Override
  public void brightness(double factor) {
    gain *= factor;
    offset *= factor;
    chroma *= factor;
  }

  @Override
  public void contrast(double factor) {
    // As it is by now, which is what Pillow blends with.
    double grey = gain * mean + offset;
    gain *= factor;
    chroma *= factor;
    offset = factor * offset + (1 - factor) * grey;
  }

  @Override
  public void saturation(double factor) {
    chroma *= factor;
  }

  @Override
  public void hueScale(double factor) {
    throw new UnsupportedOperationException("the hue is not affine in Y, Cb and Cr");
  }

  @Override
  public void hueShift(double turn) {
    throw new UnsupportedOperationException("Pillow's hue is not affine in Y, Cb and Cr");
  }

  /** Adds to red, green and blue; comes after all else. */
  public void add(double[] rgb) {
    for (int i = 0; i < 3; i++) {
      shift[i] += rgb[i];
    }
  }

  /**
   * Writes factors of Y, Cb and Cr and the constant of one channel of RGB. Samples come with 4 bits
   * of fraction; the result has 16.
   *
   * @param channel 0 red, 1 green, 2 blue
   */
  void factors(int channel, int[] target) {
    // JFIF's conversion: what blue and red differences add to each channel.
    double cb = channel == 0 ? 0 : channel == 1 ? -0.344136 : 1.772;
    double cr = channel == 0 ? 1.402 : channel == 1 ? -0.714136 : 0;
    target[0] = fixed(gain);
    target[1] = fixed(cb * chroma);
    target[2] = fixed(cr * chroma);
    target[3] =
        (int) Math.rint((offset + shift[channel] + 0.5) * (1 << 16))
            - (128 << 4) * (target[1] + target[2]);
  }

  private static int fixed(double factor) {
    // 4 bits of fraction in the sample and 12 here make 16. Far beyond any jitter, products of
    // three terms would no longer fit.
    return (int) Math.rint(Math.max(-32, Math.min(32, factor)) * (1 << 12));
  }
}
