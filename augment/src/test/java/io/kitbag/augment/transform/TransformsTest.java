package io.kitbag.augment.transform;

import static io.kitbag.augment.image.ReferenceImages.bytes;
import static io.kitbag.augment.image.ReferenceImages.pattern;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.augment.image.ImageTooLargeException;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.random.Draws;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class TransformsTest {
  private static Draws draws(long index) {
    return Draws.keyed(17, Draws.purpose("test"), 0, index);
  }

  @Test
  void flipsAboutHalfOfTheImages() {
    int flipped = 0;
    byte[] original = bytes(pattern(5, 3));
    for (int i = 0; i < 4000; i++) {
      PixelImage image = pattern(5, 3);
      HorizontalFlip.half().apply(image, draws(i));
      flipped += Arrays.equals(bytes(image), original) ? 0 : 1;
    }
    // Standard deviation sqrt(4000 / 4) = 31.6; four of them.
    assertThat(flipped).isCloseTo(2000, within(127));
  }

  @Test
  void flipMirrorsEveryRow() {
    for (int width : new int[] {1, 2, 5, 8}) {
      PixelImage original = pattern(width, 4);
      PixelImage image = pattern(width, 4);
      new HorizontalFlip(1).apply(image, draws(0));
      for (int y = 0; y < 4; y++) {
        for (int x = 0; x < width; x++) {
          for (int c = 0; c < 3; c++) {
            assertThat(image.get(x, y, c)).isEqualTo(original.get(width - 1 - x, y, c));
          }
        }
      }
    }
  }

  @Test
  void padCropEqualsThePlainLoopInBothModesAtEveryOffset() {
    for (PadCrop.Mode mode : PadCrop.Mode.values()) {
      for (int[] shape : new int[][] {{7, 5, 5, 3}, {6, 6, 8, 2}, {4, 9, 3, 3}, {9, 4, 2, 3}}) {
        PadCrop crop = new PadCrop(shape[2], shape[3], mode);
        Set<Long> offsets = new HashSet<>();
        for (int i = 0; i < 1500; i++) {
          PixelImage source = pattern(shape[0], shape[1]);
          PixelImage image = pattern(shape[0], shape[1]);
          crop.apply(image, draws(i));
          Draws same = draws(i);
          int top = same.nextInt(shape[1] + 2 * shape[3] - shape[2] + 1) - shape[3];
          int left = same.nextInt(shape[0] + 2 * shape[3] - shape[2] + 1) - shape[3];
          offsets.add(1000L * top + left);
          assertPadded(source, image, top, left, mode);
        }
        int all =
            (shape[0] + 2 * shape[3] - shape[2] + 1) * (shape[1] + 2 * shape[3] - shape[2] + 1);
        assertThat(offsets).hasSize(all);
      }
    }
  }

  private static void assertPadded(
      PixelImage source, PixelImage image, int top, int left, PadCrop.Mode mode) {
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        int sy = top + y;
        int sx = left + x;
        boolean outside = sy < 0 || sx < 0 || sy >= source.height() || sx >= source.width();
        if (mode == PadCrop.Mode.REFLECT) {
          sy = sy < 0 ? -sy : sy >= source.height() ? 2 * source.height() - 2 - sy : sy;
          sx = sx < 0 ? -sx : sx >= source.width() ? 2 * source.width() - 2 - sx : sx;
          outside = false;
        }
        for (int c = 0; c < 3; c++) {
          assertThat(image.get(x, y, c))
              .as("%s top %d left %d at (%d, %d)", mode, top, left, x, y)
              .isEqualTo(outside ? 0 : source.get(sx, sy, c));
        }
      }
    }
  }

  @Test
  void randomResizedCropKeepsAreaAndRatioBounds() {
    for (RandomResizedCrop crop :
        List.of(RandomResizedCrop.torchvision(8), RandomResizedCrop.paper(8))) {
      int wide = 0;
      double areas = 0;
      int n = 4000;
      for (int i = 0; i < n; i++) {
        // The position is painted into the pixels, so that the crop can be read off the result.
        Draws draws = draws(i);
        double area = 0.08 + 0.92 * draws.nextDouble();
        double u = draws.nextDouble();
        areas += area;
        boolean logUniform = crop.law() == RandomResizedCrop.RatioLaw.LOG_UNIFORM;
        double ratio = logUniform ? 0.75 * Math.pow(16.0 / 9, u) : 0.75 + (4.0 / 3 - 0.75) * u;
        wide += ratio > 1 ? 1 : 0;
        if (i < 200) {
          assertFirstFit(crop, i);
        }
      }
      assertThat(areas / n).isCloseTo(0.54, within(0.017));
      // Uniform: (4/3 - 1) / (4/3 - 3/4) = 0.571 of the crops are wide; log-uniform: half.
      double expected = crop.law() == RandomResizedCrop.RatioLaw.UNIFORM ? 4.0 / 7 : 0.5;
      assertThat((double) wide / n).isCloseTo(expected, within(0.032));
    }
  }

  /** Recomputes the rectangle in plain code and compares with crop and resize done apart. */
  private static void assertFirstFit(RandomResizedCrop crop, int index) {
    int width = 60;
    int height = 41;
    Draws draws = draws(index);
    for (int i = 0; i < 10; i++) {
      double area = width * height * (0.08 + 0.92 * draws.nextDouble());
      double u = draws.nextDouble();
      double ratio =
          crop.law() == RandomResizedCrop.RatioLaw.LOG_UNIFORM
              ? Math.exp(Math.log(0.75) + u * (Math.log(4.0 / 3) - Math.log(0.75)))
              : 0.75 + (4.0 / 3 - 0.75) * u;
      int w = (int) Math.rint(Math.sqrt(area * ratio));
      int h = (int) Math.rint(Math.sqrt(area / ratio));
      if (w <= width && h <= height) {
        int y = draws.nextInt(height - h + 1);
        int x = draws.nextInt(width - w + 1);
        PixelImage expected = pattern(width, height);
        expected.crop(x, y, w, h);
        expected.resize(8, 8);
        PixelImage actual = pattern(width, height);
        crop.apply(actual, draws(index));
        assertThat(bytes(actual)).as("crop %d", index).isEqualTo(bytes(expected));
        return;
      }
    }
  }

  @Test
  void randomResizedCropFallsBackToTheCentre() {
    // A strip of ratio 20 never holds 90 % of its area at a ratio up to 4/3.
    PixelImage image = pattern(100, 5);
    RandomResizedCrop.torchvision(4).withArea(0.9, 1).apply(image, draws(0));
    PixelImage expected = pattern(100, 5);
    expected.cropAndResize((100 - 7) / 2, 0, 7, 5, 4, 4);
    assertThat(bytes(image)).isEqualTo(bytes(expected));
  }

  @Test
  void resizeKeepsTheRatioAndCentreCropTakesTheMiddle() {
    PixelImage wide = pattern(50, 31);
    Resize.beforeCrop(28).apply(wide, draws(0));
    assertThat(List.of(wide.width(), wide.height())).containsExactly(51, 32);
    PixelImage tall = pattern(31, 50);
    new Resize(15).apply(tall, draws(0));
    assertThat(List.of(tall.width(), tall.height())).containsExactly(15, 24);
    assertThat(Resize.beforeCrop(224).shortSide()).isEqualTo(256);

    PixelImage image = pattern(9, 12);
    new CenterCrop(6).apply(image, draws(0));
    PixelImage expected = pattern(9, 12);
    // Margins 3 and 6: half of 3, rounded to even, is 2.
    expected.crop(2, 3, 6, 6);
    assertThat(bytes(image)).isEqualTo(bytes(expected));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CenterCrop(7).apply(image, draws(0)))
        .withMessageContaining("6x6");
  }

  @Test
  void aResizeIsDoneTogetherWithACropThatFitsIntoIt() {
    List<Transform> steps = List.of(new Resize(15), new CenterCrop(6), new CenterCrop(15));
    PixelImage together = pattern(31, 50);
    assertThat(Transform.applyAt(steps, 0, together, draws(0))).isEqualTo(2);
    PixelImage apart = pattern(31, 50);
    steps.get(0).apply(apart, draws(0));
    assertThat(Transform.applyAt(steps, 1, apart, draws(0))).isEqualTo(2);
    assertThat(bytes(together)).isEqualTo(bytes(apart));
    List<Transform> misfit = List.of(new Resize(15), new CenterCrop(16));
    assertThat(Transform.applyAt(misfit, 0, together, draws(0))).isEqualTo(1);
  }

  @Test
  void resizeRefusesToMakeMorePixelsThanAreRead() {
    assertThat(new Resize(256).newWidth(65500, 1)).isEqualTo(16_768_000);
    assertThatExceptionOfType(ImageTooLargeException.class)
        .as("2^31 pixels wide")
        .isThrownBy(() -> new Resize(256).newWidth(1 << 23, 1))
        .withMessageContaining("Resize(256)")
        .withMessageContaining("8388608 long and 1 wide");
    PixelImage narrow = pattern(1, 1 << 10);
    assertThatExceptionOfType(ImageTooLargeException.class)
        .isThrownBy(() -> new Resize(257).apply(narrow, draws(0)))
        .withMessageContaining("1024 long and 1 wide");
  }

  @Test
  void jitterOfStrengthZeroChangesNothing() {
    PixelImage image = pattern(9, 7);
    new ColorJitter(0, 0, 0, 0, 0).apply(image, draws(1));
    assertThat(bytes(image)).isEqualTo(bytes(pattern(9, 7)));
  }

  @Test
  void brightnessFactorsAreUniformInTheirInterval() {
    int n = 3000;
    double sum = 0;
    double min = 9;
    double max = 0;
    for (int i = 0; i < n; i++) {
      PixelImage image = grey(100);
      new ColorJitter(0.4, 0, 0, 0, 0).apply(image, draws(i));
      double factor = image.get(0, 0, 0) / 100.0;
      sum += factor;
      min = Math.min(min, factor);
      max = Math.max(max, factor);
    }
    // The value is truncated: half a level, 0.005, below; standard error 0.231 / sqrt(n) = 0.0042.
    assertThat(sum / n).isCloseTo(0.995, within(0.017));
    assertThat(min).isBetween(0.59, 0.61);
    assertThat(max).isBetween(1.38, 1.4);
  }

  @Test
  void jitterStepsComeInEveryOrder() {
    // Brightness first saturates white, contrast first does not: orders give different pixels.
    Set<String> results = new HashSet<>();
    ColorJitter jitter = new ColorJitter(0.4, 0.4, 0, 0, 0);
    for (int i = 0; i < 50; i++) {
      PixelImage image = pattern(8, 8);
      jitter.apply(image, new FixedDoubles(draws(i), 0.9));
      results.add(Arrays.toString(bytes(image)));
    }
    assertThat(results).hasSize(2);
  }

  @Test
  void lightingShiftsAllPixelsAlikeAlongTheAxes() {
    int n = 3000;
    double[] squares = new double[3];
    for (int i = 0; i < n; i++) {
      PixelImage image = grey(128);
      PcaLighting.paper().apply(image, draws(i));
      for (int c = 0; c < 3; c++) {
        double shift = image.get(0, 0, c) - 128;
        assertThat(image.get(2, 1, c)).isEqualTo(image.get(0, 0, c));
        squares[c] += shift * shift;
      }
    }
    // Variance 0.01 * sum(E² λ²), plus 1/12 for rounding; relative error sqrt(2 / n) = 2.6 %.
    double red = 0.01 * (sq(0.5675 * 55.46) + sq(0.7192 * 4.794) + sq(0.4009 * 1.148)) + 1.0 / 12;
    double blue = 0.01 * (sq(0.5836 * 55.46) + sq(0.6948 * 4.794) + sq(0.4203 * 1.148)) + 1.0 / 12;
    assertThat(squares[0] / n / red).isCloseTo(1, within(0.11));
    assertThat(squares[2] / n / blue).isCloseTo(1, within(0.11));
  }

  @Test
  void cutoutBlanksASquareAndClipsItAtTheEdges() {
    int most = 0;
    for (int i = 0; i < 200; i++) {
      PixelImage image = grey(7);
      image.reshape(12, 10);
      Arrays.fill(image.pixels(), (byte) 7);
      new Cutout(4).apply(image, draws(i));
      int blank = 0;
      for (int p = 0; p < image.length(); p += 3) {
        blank += image.pixels()[p] == 124 ? 1 : 0;
      }
      assertThat(blank).isBetween(4, 16);
      most = Math.max(most, blank);
    }
    assertThat(most).isEqualTo(16);
  }

  @Test
  void argumentsAreCheckedByName() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HorizontalFlip(1.5))
        .withMessage("probability=1.5 must be in [0.0, 1.0]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> RandomResizedCrop.torchvision(8).withArea(0, 1))
        .withMessageContaining("area [0.0, 1.0]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PadCrop(32, -1, PadCrop.Mode.ZERO))
        .withMessageContaining("padding=-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PadCrop(9, 1, PadCrop.Mode.ZERO).apply(grey(1), draws(0)))
        .withMessageContaining("3x2");
  }

  private static double sq(double value) {
    return value * value;
  }

  private static PixelImage grey(int level) {
    PixelImage image = new PixelImage();
    image.reshape(3, 2);
    Arrays.fill(image.pixels(), (byte) level);
    return image;
  }

  /** Leaves choices to another generator but fixes every factor. */
  private record FixedDoubles(Draws choices, double value) implements RandomGenerator {
    @Override
    public long nextLong() {
      return choices.nextLong();
    }

    @Override
    public int nextInt(int bound) {
      return choices.nextInt(bound);
    }

    @Override
    public double nextDouble() {
      return value;
    }
  }
}
