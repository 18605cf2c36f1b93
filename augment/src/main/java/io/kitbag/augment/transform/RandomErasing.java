package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.image.Rgb;
import java.util.random.RandomGenerator;

/**
 * Blanks random rectangles with a probability.
 *
 * <p>Zhong et al., arXiv 1708.04896, as in {@code timm/data/random_erasing.py} and {@code
 * torchvision.transforms.RandomErasing}: area and logarithm of the aspect ratio are uniform, a
 * rectangle that does not fit inside is drawn again, up to ten times. Those erase the normalised
 * image; here the same is written in levels, so that normal colours beyond 0-255 (about two
 * deviations) are clamped.
 *
 * @param probability that an image is erased at all; timm's flag {@code --reprob}
 * @param mode what is written
 * @param maxCount the number of rectangles is uniform from 1 to this; timm's {@code --recount}
 * @param minArea least share of the image's area, of all rectangles together; timm 0.02
 * @param maxArea greatest share; timm 1/3
 * @param minRatio least height / width; timm 0.3
 * @param maxRatio greatest height / width; timm 1/0.3
 * @param mean the colour that normalisation makes zero
 * @param std the deviation that normalisation makes one
 */
public record RandomErasing(
    double probability,
    Mode mode,
    int maxCount,
    double minArea,
    double maxArea,
    double minRatio,
    double maxRatio,
    Rgb mean,
    Rgb std)
    implements Transform {
  private static final int TRIES = 10;

  /** What is written into the rectangles, with timm's names. */
  public enum Mode {
    /** The mean colour. */
    CONST,
    /** One random colour per rectangle, normal with the given mean and deviation. */
    RAND,
    /** A random colour per pixel, normal with the given mean and deviation. */
    PIXEL
  }

  /** Checks the ranges. */
  public RandomErasing {
    Check.within("probability", probability, 0, 1);
    Check.positive("maxCount", maxCount);
    if (!(minArea > 0 && minArea <= maxArea && maxArea <= 1)) {
      throw new IllegalArgumentException(
          "area [" + minArea + ", " + maxArea + "] must be an interval within (0, 1]");
    }
    if (!(minRatio > 0 && minRatio <= maxRatio && Double.isFinite(maxRatio))) {
      throw new IllegalArgumentException(
          "ratio [" + minRatio + ", " + maxRatio + "] must be an interval of positive numbers");
    }
  }

  /** Returns timm's rectangles on images with ImageNet's mean and deviation. */
  public static RandomErasing timm(double probability, Mode mode) {
    return new RandomErasing(
        probability, mode, 1, 0.02, 1.0 / 3, 0.3, 1 / 0.3, Rgb.IMAGENET_MEAN, Rgb.IMAGENET_STD);
  }

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    if (random.nextDouble() >= probability) {
      return;
    }
    int count = 1 + random.nextInt(maxCount);
    for (int i = 0; i < count; i++) {
      erase(image, (double) image.width() * image.height() / count, random);
    }
  }

  private void erase(PixelImage image, double area, RandomGenerator random) {
    double low = StrictMath.log(minRatio);
    double high = StrictMath.log(maxRatio);
    for (int i = 0; i < TRIES; i++) {
      double target = area * (minArea + (maxArea - minArea) * random.nextDouble());
      double ratio = StrictMath.exp(low + (high - low) * random.nextDouble());
      int h = (int) Math.rint(Math.sqrt(target * ratio));
      int w = (int) Math.rint(Math.sqrt(target / ratio));
      if (h > 0 && h < image.height() && w > 0 && w < image.width()) {
        int top = random.nextInt(image.height() - h + 1);
        int left = random.nextInt(image.width() - w + 1);
        fill(image, top, left, h, w, random);
        return;
      }
    }
  }

  private void fill(PixelImage image, int top, int left, int h, int w, RandomGenerator random) {
    double[] colour = {mean.red(), mean.green(), mean.blue()};
    if (mode == Mode.RAND) {
      for (int c = 0; c < 3; c++) {
        colour[c] += std.channel(c) * NormalLevels.draw(random);
      }
    }
    byte[] pixels = image.pixels();
    for (int y = top; y < top + h; y++) {
      int start = 3 * (y * image.width() + left);
      for (int i = start; i < start + 3 * w; i += 3) {
        for (int c = 0; c < 3; c++) {
          double noise = mode == Mode.PIXEL ? std.channel(c) * NormalLevels.draw(random) : 0;
          pixels[i + c] = (byte) (int) Math.max(0, Math.min(255, Math.rint(colour[c] + noise)));
        }
      }
    }
  }
}
