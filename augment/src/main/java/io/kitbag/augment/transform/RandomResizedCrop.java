package io.kitbag.augment.transform;

import io.kitbag.augment.image.PixelImage;
import java.util.random.RandomGenerator;

/**
 * Cuts out a random rectangle and resizes it to a square.
 *
 * <p>Area share and aspect ratio are drawn up to ten times until the rectangle fits; then its place
 * is uniform. If none fits, the largest centred rectangle within the ratio bounds is taken. This is
 * torchvision's {@code RandomResizedCrop} with its antialiased bilinear filter (that of Pillow).
 *
 * @param size side of the result in pixels
 * @param minArea smallest share of the image's area, in (0, 1]
 * @param maxArea largest share, at least {@code minArea}, at most 1
 * @param minRatio smallest width / height
 * @param maxRatio largest width / height
 * @param law how the ratio is distributed between its bounds
 */
public record RandomResizedCrop(
    int size, double minArea, double maxArea, double minRatio, double maxRatio, RatioLaw law)
    implements Transform {
  private static final int TRIES = 10;

  /** How the aspect ratio is distributed. */
  public enum RatioLaw {
    /** Uniform in log(ratio), so tall and wide are equally likely: torchvision. */
    LOG_UNIFORM,
    /** Uniform in the ratio itself: arXiv 1812.01187 section 2.1, and GluonCV's record iterator. */
    UNIFORM
  }

  /** Checks the bounds. */
  public RandomResizedCrop {
    Check.positive("size", size);
    if (!(minArea > 0 && minArea <= maxArea && maxArea <= 1)) {
      throw new IllegalArgumentException(
          "area [" + minArea + ", " + maxArea + "] must be an interval within (0, 1]");
    }
    if (!(minRatio > 0 && minRatio <= maxRatio && Double.isFinite(maxRatio))) {
      throw new IllegalArgumentException(
          "ratio [" + minRatio + ", " + maxRatio + "] must be an interval of positive numbers");
    }
  }

  /**
   * Returns torchvision's crop: area in [0.08, 1], ratio log-uniform in [3/4, 4/3] (defaults of
   * {@code torchvision.transforms.RandomResizedCrop}; the same area and bounds in GluonCV).
   */
  public static RandomResizedCrop torchvision(int size) {
    return new RandomResizedCrop(size, 0.08, 1, 3.0 / 4, 4.0 / 3, RatioLaw.LOG_UNIFORM);
  }

  /**
   * Returns the paper's crop: area in [0.08, 1], ratio uniform in [3/4, 4/3] (arXiv 1812.01187,
   * section 2.1).
   */
  public static RandomResizedCrop paper(int size) {
    return new RandomResizedCrop(size, 0.08, 1, 3.0 / 4, 4.0 / 3, RatioLaw.UNIFORM);
  }

  /** Returns this crop with another interval of area shares. */
  public RandomResizedCrop withArea(double min, double max) {
    return new RandomResizedCrop(size, min, max, minRatio, maxRatio, law);
  }

  @Override
  public void apply(PixelImage image, RandomGenerator random) {
    Rectangle cut = draw(image.width(), image.height(), random);
    image.cropAndResize(cut.x(), cut.y(), cut.width(), cut.height(), size, size);
  }

  /** Draws the rectangle to cut out of an image of this size. */
  public Rectangle draw(int width, int height, RandomGenerator random) {
    double area = (double) width * height;
    for (int i = 0; i < TRIES; i++) {
      double target = area * (minArea + (maxArea - minArea) * random.nextDouble());
      double ratio = ratio(random);
      int w = (int) Math.rint(Math.sqrt(target * ratio));
      int h = (int) Math.rint(Math.sqrt(target / ratio));
      if (w > 0 && w <= width && h > 0 && h <= height) {
        int y = random.nextInt(height - h + 1);
        int x = random.nextInt(width - w + 1);
        return new Rectangle(x, y, w, h);
      }
    }
    return centre(width, height);
  }

  private double ratio(RandomGenerator random) {
    double u = random.nextDouble();
    if (law == RatioLaw.UNIFORM) {
      return minRatio + (maxRatio - minRatio) * u;
    }
    double low = StrictMath.log(minRatio);
    return StrictMath.exp(low + (StrictMath.log(maxRatio) - low) * u);
  }

  private Rectangle centre(int width, int height) {
    int w = width;
    int h = height;
    double ratio = (double) w / h;
    if (ratio < minRatio) {
      h = Math.max(1, (int) Math.rint(w / minRatio));
    } else if (ratio > maxRatio) {
      w = Math.max(1, (int) Math.rint(h * maxRatio));
    }
    return new Rectangle((width - w) / 2, (height - h) / 2, w, h);
  }
}
