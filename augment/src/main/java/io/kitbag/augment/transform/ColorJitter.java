package io.kitbag.augment.transform;

import io.kitbag.augment.image.PillowColor;
import io.kitbag.augment.image.PixelImage;
import java.util.random.RandomGenerator;

/**
 * Changes brightness, contrast, saturation and hue at random, in random order.
 *
 * <p>For a strength s the factor is uniform in [max(0, 1 − s), 1 + s]; a strength of 0 leaves the
 * step out. Each step rounds and clamps to 8 bits as Pillow does: see {@link PillowColor}.
 *
 * @param brightness strength of the blend with black
 * @param contrast strength of the blend with the mean grey of the image
 * @param saturation strength of the blend with each pixel's own luma (0.299, 0.587, 0.114)
 * @param hueScale strength of the factor on the hue angle, the paper's reading
 * @param hueShift largest turn of the hue, uniform in [−hueShift, hueShift] of the full circle, at
 *     most 0.5: torchvision's reading
 */
public record ColorJitter(
    double brightness, double contrast, double saturation, double hueScale, double hueShift)
    implements Transform {
  private static final int STEPS = 5;

  /** Checks the strengths. */
  public ColorJitter {
    Check.notNegative("brightness", brightness);
    Check.notNegative("contrast", contrast);
    Check.notNegative("saturation", saturation);
    Check.notNegative("hueScale", hueScale);
    Check.within("hueShift", hueShift, 0, 0.5);
  }

  /**
   * Returns GluonCV's jitter: brightness, contrast and saturation at 0.4 each in random order, no
   * hue ({@code jitter_param} of {@code train_imagenet.py}).
   */
  public static ColorJitter gluonCv() {
    return gluonCv(0.4);
  }

  /** Returns GluonCV's jitter with another strength. */
  public static ColorJitter gluonCv(double strength) {
    return new ColorJitter(strength, strength, strength, 0, 0);
  }

  /**
   * Returns the paper's jitter: hue, saturation and brightness scaled by factors in [0.6, 1.4]
   * (arXiv 1812.01187 section 2.1). Its code, GluonCV, does something else: {@link #gluonCv()}.
   */
  public static ColorJitter paper() {
    return new ColorJitter(0.4, 0, 0.4, 0.4, 0);
  }

  /** Returns torchvision's {@code ColorJitter(brightness, contrast, saturation, hue)}. */
  public static ColorJitter torchvision(
      double brightness, double contrast, double saturation, double hue) {
    return new ColorJitter(brightness, contrast, saturation, 0, hue);
  }

  /** The steps of a jitter, in whatever way they are done. */
  public interface Steps {
    /** Blends with black. */
    void brightness(double factor);

    /** Blends with the mean grey. */
    void contrast(double factor);

    /** Blends every pixel with its own luma. */
    void saturation(double factor);

    /** Multiplies the angle of the hue. */
    void hueScale(double factor);

    /** Turns the hue by a share of the full circle. */
    void hueShift(double turn);
  }

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    draw(
        random,
        new Steps() {
          @Override
          public void brightness(double factor) {
            PillowColor.brightness(image, (float) factor);
          }

          @Override
          public void contrast(double factor) {
            PillowColor.contrast(image, (float) factor);
          }

          @Override
          public void saturation(double factor) {
            PillowColor.saturation(image, (float) factor);
          }

          @Override
          public void hueScale(double factor) {
            PillowColor.hueScale(image, factor);
          }

          @Override
          public void hueShift(double turn) {
            PillowColor.hueShift(image, turn);
          }
        });
  }

  /** Tells whether the hue is ever changed. */
  public boolean changesHue() {
    return hueScale > 0 || hueShift > 0;
  }

  /** Draws the steps of an image, in their order. */
  public void draw(RandomGenerator random, Steps steps) {
    int done = 0;
    for (int left = STEPS; left > 0; left--) {
      int pick = random.nextInt(left);
      int step = 0;
      // The pick-th of the steps that are still to do.
      while ((done >> step & 1) == 1 || pick-- > 0) {
        step++;
      }
      done |= 1 << step;
      draw(step, random, steps);
    }
  }

  private void draw(int step, RandomGenerator random, Steps steps) {
    double strength = strength(step);
    if (strength == 0) {
      return;
    }
    double low = Math.max(0, 1 - strength);
    double factor = low + (1 + strength - low) * random.nextDouble();
    switch (step) {
      case 0 -> steps.brightness(factor);
      case 1 -> steps.contrast(factor);
      case 2 -> steps.saturation(factor);
      case 3 -> steps.hueScale(factor);
      default -> steps.hueShift(factor - 1);
    }
  }

  private double strength(int step) {
    return switch (step) {
      case 0 -> brightness;
      case 1 -> contrast;
      case 2 -> saturation;
      case 3 -> hueScale;
      default -> hueShift;
    };
  }
}
