package io.kitbag.augment.transform;

import static io.kitbag.augment.image.ReferenceImages.bytes;
import static io.kitbag.augment.image.ReferenceImages.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.augment.Pipeline;
import io.kitbag.augment.data.BuiltIn;
import io.kitbag.augment.image.PillowFilters;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.image.Rgb;
import io.kitbag.augment.random.Draws;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Flips, grey, blur and erasing: how often, where and how much. */
class RandomChangesTest {
  private static final int N = 4000;

  private static Draws draws(long index) {
    return Draws.keyed(29, Draws.purpose("test"), 0, index);
  }

  /** Four standard deviations of a share. */
  private static double bound(double p) {
    return 4 * Math.sqrt(p * (1 - p) / N);
  }

  private static double shareChanged(Transform transform) {
    byte[] original = bytes(pattern(7, 5));
    int changed = 0;
    for (int i = 0; i < N; i++) {
      PixelImage image = pattern(7, 5);
      transform.apply(image, draws(i));
      changed += Arrays.equals(bytes(image), original) ? 0 : 1;
    }
    return (double) changed / N;
  }

  @Test
  void changesComeWithTheirProbability() {
    assertThat(shareChanged(new VerticalFlip(0.3))).isCloseTo(0.3, within(bound(0.3)));
    assertThat(shareChanged(new Grayscale(0.2))).isCloseTo(0.2, within(bound(0.2)));
    assertThat(shareChanged(new GaussianBlur(0.4, 1, 2))).isCloseTo(0.4, within(bound(0.4)));
    assertThat(shareChanged(new Grayscale(0))).isZero();
    assertThat(shareChanged(new AlternatingFlip())).isCloseTo(0.5, within(bound(0.5)));
  }

  @Test
  void verticalFlipTurnsRowsAround() {
    PixelImage image = pattern(4, 3);
    new VerticalFlip(1).apply(image, draws(0));
    PixelImage original = pattern(4, 3);
    for (int y = 0; y < 3; y++) {
      for (int x = 0; x < 4; x++) {
        assertThat(image.get(x, y, 1)).isEqualTo(original.get(x, 2 - y, 1));
      }
    }
  }

  @Test
  void alternatingFlipShowsBothSidesInAnyTwoEpochs() {
    BuiltIn data = BuiltIn.test(0, 40);
    Pipeline pipeline = Pipeline.of(data).then(new AlternatingFlip()).seed(3).build();
    int firstMirrored = 0;
    for (int index = 0; index < 40; index++) {
      byte[] original = transformed(data, index, 0, null);
      PixelImage mirror = new PixelImage();
      data.read(index, mirror);
      new HorizontalFlip(1).apply(mirror, draws(0));
      byte[][] sides = {original, bytes(mirror)};
      int first = Arrays.equals(transformed(data, index, 0, pipeline), original) ? 0 : 1;
      firstMirrored += first;
      for (int epoch = 0; epoch < 5; epoch++) {
        assertThat(transformed(data, index, epoch, pipeline)).isEqualTo(sides[(first + epoch) % 2]);
      }
    }
    // Four standard deviations of 40 tosses.
    assertThat(firstMirrored).isBetween(8, 32);
  }

  private static byte[] transformed(
      BuiltIn data, int index, int epoch, @org.jspecify.annotations.Nullable Pipeline pipeline) {
    PixelImage image = new PixelImage();
    data.read(index, image);
    if (pipeline != null) {
      pipeline.transform(image, epoch, index);
    }
    return bytes(image);
  }

  @Test
  void blurDeviationsAreUniform() {
    // One white column on black: the wider the blur, the darker it gets; inverted by search.
    GaussianBlur blur = new GaussianBlur(1, 1, 3);
    double mean = 0;
    int n = 300;
    for (int i = 0; i < n; i++) {
      Draws random = draws(i);
      random.nextDouble();
      float sigma = (float) (1 + 2 * random.nextDouble());
      mean += sigma / n;
      PixelImage actual = pattern(30, 3);
      blur.apply(actual, draws(i));
      PixelImage expected = pattern(30, 3);
      PillowFilters.gaussianBlur(expected, sigma);
      assertThat(bytes(actual)).isEqualTo(bytes(expected));
    }
    // Standard deviation 2 / sqrt(12).
    assertThat(mean).isCloseTo(2, within(4 * 2 / Math.sqrt(12.0 * n)));
  }

  @Test
  void erasedAreasAndRatiosAreThoseOfTheirLaw() {
    int side = 64;
    double share = 0;
    double logRatio = 0;
    int erased = 0;
    for (int i = 0; i < N; i++) {
      PixelImage image = flat(side, side, 1);
      RandomErasing.timm(0.75, RandomErasing.Mode.CONST).apply(image, draws(i));
      int[] box = box(image);
      if (box[2] > 0) {
        erased++;
        int height = box[2];
        int width = box[3];
        assertThat(count(image)).isEqualTo(height * width);
        double area = (double) height * width / side / side;
        // Sides are rounded: half a pixel of at least 5 at each.
        assertThat(area).isBetween(0.017, 0.345);
        assertThat((double) height / width).isBetween(0.25, 4.0);
        share += area;
        logRatio += Math.log((double) height / width);
      }
    }
    assertThat((double) erased / N).isCloseTo(0.75, within(bound(0.75)));
    // Uniform in [0.02, 1/3]: mean 0.177; long large ones do not fit and are drawn again, which
    // takes less than 4 % off it. Ratio and its inverse are equally likely.
    assertThat(share / erased).isBetween(0.165, 0.181);
    assertThat(logRatio / erased).isCloseTo(0, within(0.05));
  }

  @Test
  void erasedPlacesAreUniform() {
    double top = 0;
    double left = 0;
    for (int i = 0; i < N; i++) {
      PixelImage image = flat(40, 30, 1);
      RandomErasing.timm(1, RandomErasing.Mode.CONST).apply(image, draws(i));
      int[] box = box(image);
      top += box[0] / (double) (30 - box[2]);
      left += box[1] / (double) (40 - box[3]);
    }
    // Uniform in [0, 1] in steps: standard deviation up to sqrt(1 / 4) for the largest boxes.
    assertThat(top / N).isCloseTo(0.5, within(4 * 0.5 / Math.sqrt(N)));
    assertThat(left / N).isCloseTo(0.5, within(4 * 0.5 / Math.sqrt(N)));
  }

  @Test
  void severalRectanglesShareTheArea() {
    RandomErasing many =
        new RandomErasing(
            1, RandomErasing.Mode.CONST, 3, 0.3, 0.3, 1, 1, Rgb.BLACK, Rgb.IMAGENET_STD);
    int most = 0;
    for (int i = 0; i < 500; i++) {
      PixelImage image = flat(60, 60, 200);
      many.apply(image, draws(i));
      int blank = count(image, 200);
      // Overlaps make it less, rounding of the sides (each off by up to half a pixel) more.
      assertThat(blank).isBetween(300, 1140);
      most = Math.max(most, blank);
    }
    assertThat(most).isGreaterThan(1000);
  }

  @Test
  void erasedColoursAreThoseOfTheirMode() {
    double[] sums = new double[3];
    double[] squares = new double[3];
    int pixels = 0;
    Rgb mean = new Rgb(120, 130, 110);
    Rgb std = new Rgb(20, 25, 30);
    for (int i = 0; i < 60; i++) {
      PixelImage constant = flat(48, 48, 0);
      erasing(RandomErasing.Mode.CONST, mean, std).apply(constant, draws(i));
      int[] box = box(constant, 0);
      assertThat(constant.get(box[1], box[0], 2)).isEqualTo(110);

      PixelImage random = flat(48, 48, 0);
      erasing(RandomErasing.Mode.RAND, mean, std).apply(random, draws(i));
      int[] where = box(random, 0);
      int red = random.get(where[1], where[0], 0);
      assertThat(random.get(where[1] + where[3] - 1, where[0] + where[2] - 1, 0)).isEqualTo(red);

      PixelImage noise = flat(48, 48, 0);
      erasing(RandomErasing.Mode.PIXEL, mean, std).apply(noise, draws(i));
      int[] at = box(noise, 0);
      for (int y = at[0]; y < at[0] + at[2]; y++) {
        for (int x = at[1]; x < at[1] + at[3]; x++) {
          pixels++;
          for (int c = 0; c < 3; c++) {
            double deviation = noise.get(x, y, c) - mean.channel(c);
            sums[c] += deviation;
            squares[c] += deviation * deviation;
          }
        }
      }
    }
    for (int c = 0; c < 3; c++) {
      double variance = std.channel(c) * std.channel(c);
      assertThat(sums[c] / pixels).isCloseTo(0, within(4 * Math.sqrt(variance / pixels)));
      // Rounding adds 1/12; quantiles without the farthest tails take 1e-4 of the variance.
      assertThat(squares[c] / pixels).isCloseTo(variance, within(variance * 0.03));
    }
  }

  @Test
  void argumentsAreCheckedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new VerticalFlip(-0.1))
        .withMessageContaining("probability=-0.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new GaussianBlur(1, 2, 1))
        .withMessageContaining("maxSigma=1");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                new RandomErasing(
                    1, RandomErasing.Mode.RAND, 1, 0, 0.5, 1, 1, Rgb.BLACK, Rgb.BLACK))
        .withMessageContaining("area [0.0, 0.5]");
  }

  private static RandomErasing erasing(RandomErasing.Mode mode, Rgb mean, Rgb std) {
    return new RandomErasing(1, mode, 1, 0.2, 0.3, 0.5, 2, mean, std);
  }

  private static PixelImage flat(int width, int height, int level) {
    PixelImage image = new PixelImage();
    image.reshape(width, height);
    Arrays.fill(image.pixels(), (byte) level);
    return image;
  }

  private static int count(PixelImage image) {
    return count(image, 1);
  }

  private static int count(PixelImage image, int background) {
    int count = 0;
    for (int i = 0; i < image.length(); i += 3) {
      count += (image.pixels()[i] & 0xff) == background ? 0 : 1;
    }
    return count;
  }

  private static int[] box(PixelImage image) {
    return box(image, 1);
  }

  /** Top, left, height and width of what differs from the background in any channel. */
  private static int[] box(PixelImage image, int background) {
    int top = Integer.MAX_VALUE;
    int left = Integer.MAX_VALUE;
    int bottom = -1;
    int right = -1;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        boolean same = true;
        for (int c = 0; c < 3; c++) {
          same &= image.get(x, y, c) == background;
        }
        if (!same) {
          top = Math.min(top, y);
          left = Math.min(left, x);
          bottom = Math.max(bottom, y);
          right = Math.max(right, x);
        }
      }
    }
    return bottom < 0 ? new int[4] : new int[] {top, left, bottom - top + 1, right - left + 1};
  }
}
