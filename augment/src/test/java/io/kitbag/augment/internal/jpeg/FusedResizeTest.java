package io.kitbag.augment.internal.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PillowColor;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.internal.jpeg.FusedResize.Source;
import io.kitbag.augment.internal.jpeg.GoldenJpegs.Jpeg;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class FusedResizeTest {
  /**
   * Weights of 8 bits: each is off by 1/512 at most, the largest by what the others leave. With
   * four taps and neighbours as different as black and white that is 2 levels, and rounding one
   * more; what chroma is off by is multiplied by up to 1.772.
   */
  private static final int WORST = 6;

  private static final double TYPICAL = 0.6;

  private static List<Jpeg> jpegs;

  private final JpegDecoder decoder = new JpegDecoder(1 << 20);
  private final FusedResize resizer = new FusedResize();
  private final FusedColor color = new FusedColor();

  @BeforeAll
  static void read() throws IOException {
    jpegs =
        GoldenJpegs.all().stream().filter(jpeg -> !jpeg.name().contains("2x2_2x1_1x2")).toList();
  }

  @Test
  void agreesWithAPlainLoopInDoublePrecision() throws CorruptImageException {
    Random random = new Random(1);
    for (Jpeg jpeg : jpegs) {
      if (!open(jpeg)) {
        continue;
      }
      int width = decoder.width();
      int height = decoder.height();
      for (int round = 0; round < 12; round++) {
        int w = 1 + random.nextInt(width);
        int h = 1 + random.nextInt(height);
        int x = random.nextInt(width - w + 1);
        int y = random.nextInt(height - h + 1);
        int shift = round % 4 == 3 ? 1 + random.nextInt(2) : 0;
        int size = 1 + random.nextInt(60);
        boolean mirrored = random.nextBoolean();
        Source source = Source.of(x, y, w, h);
        if (round % 3 == 2 && w > 4 && h > 4) {
          source = new Source(x + 1.3, y + 0.2, x + w - 2.1, y + h - 1.7, x, y, w, h);
        }
        open(jpeg);
        decoder.decodePlanes(x, y, w, h, shift);
        color.clear(100);
        if (round % 2 == 1) {
          color.brightness(0.7 + 0.6 * random.nextDouble());
          color.contrast(0.7 + 0.6 * random.nextDouble());
          color.saturation(0.7 + 0.6 * random.nextDouble());
          color.add(new double[] {3.5, -2.25, 7});
        }
        byte[] target = new byte[3 * size * (size + 1)];
        resizer.resize(decoder, source, size, size + 1, mirrored, color, target);
        compare(jpeg + " " + source + " to " + size, source, size, size + 1, mirrored, target);
      }
    }
  }

  private void compare(
      String name, Source source, int width, int height, boolean mirrored, byte[] target) {
    int[] factors = new int[4];
    double sum = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        double[] ycc = new double[3];
        for (int i = 0; i < decoder.components(); i++) {
          JpegPlane plane = decoder.plane(i);
          int from = mirrored ? width - 1 - x : x;
          ycc[i] = filtered(plane, source, from, y, width, height);
        }
        if (decoder.components() == 1) {
          ycc[1] = 128;
          ycc[2] = 128;
        }
        for (int channel = 0; channel < 3; channel++) {
          color.factors(channel, factors);
          double value = factors[3] / 65536.0 - 0.5;
          for (int i = 0; i < 3; i++) {
            value += ycc[i] * factors[i] / 4096.0;
          }
          double expected = Math.max(0, Math.min(255, value));
          int actual = target[channel * width * height + y * width + x] & 0xff;
          assertThat((double) actual)
              .as("%s: channel %d at (%d, %d)", name, channel, x, y)
              .isCloseTo(expected, within((double) WORST));
          sum += Math.abs(actual - expected);
        }
      }
    }
    assertThat(sum / (3 * width * height)).as(name).isLessThan(TYPICAL);
  }

  private static double filtered(
      JpegPlane plane, Source source, int x, int y, int width, int height) {
    double fx = plane.columnsPerPixel();
    double fy = plane.rowsPerPixel();
    double scaleX = (source.right() - source.left()) * fx / width;
    double scaleY = (source.bottom() - source.top()) * fy / height;
    double centreX = source.left() * fx + (x + 0.5) * scaleX;
    double centreY = source.top() * fy + (y + 0.5) * scaleY;
    int endX = (int) Math.min(plane.width(), Math.ceil((source.x() + source.width()) * fx));
    int endY = (int) Math.min(plane.height(), Math.ceil((source.y() + source.height()) * fy));
    double sum = 0;
    double weights = 0;
    for (int j = (int) (source.y() * fy); j < endY; j++) {
      double down = 1 - Math.abs(j + 0.5 - centreY) / Math.max(1, scaleY);
      for (int i = (int) (source.x() * fx); i < endX && down > 0; i++) {
        double across = 1 - Math.abs(i + 0.5 - centreX) / Math.max(1, scaleX);
        if (across > 0) {
          sum += across * down * plane.sample(i, j);
          weights += across * down;
        }
      }
    }
    return sum / weights;
  }

  @Test
  void isCloseToPillowWhereColoursAreSmooth() throws CorruptImageException {
    PixelImage exact = new PixelImage();
    for (Jpeg jpeg : jpegs) {
      open(jpeg);
      if (decoder.width() < 60 || decoder.isRgb() || jpeg.name().matches(".*(4x|x4).*")) {
        continue;
      }
      int width = decoder.width();
      int height = decoder.height();
      decoder.decodeRgb(0, 0, width, height, exact);
      exact.cropAndResize(5, 3, width - 10, height - 8, 24, 24);
      open(jpeg);
      decoder.decodePlanes(5, 3, width - 10, height - 8, 0);
      color.clear(0);
      byte[] target = new byte[3 * 24 * 24];
      Source source = Source.of(5, 3, width - 10, height - 8);
      resizer.resize(decoder, source, 24, 24, false, color, target);
      double sum = 0;
      for (int i = 0; i < target.length; i++) {
        int pixel = i % (24 * 24);
        sum += Math.abs((target[i] & 0xff) - exact.get(pixel % 24, pixel / 24, i / (24 * 24)));
      }
      // Measured: 0.2 without subsampling, up to 4 where chroma has a quarter of the resolution,
      // of a picture with red edges everywhere. A wrong phase of chroma alone would bring 6.
      assertThat(sum / target.length)
          .as(jpeg.name())
          .isLessThan(jpeg.name().contains("1x1_1x1_1x1") ? 1 : 5);
    }
  }

  @Test
  void coloursFollowPillowsSequenceWhereNothingClamps() {
    PixelImage image = new PixelImage();
    image.reshape(2, 1);
    byte[] rgb = {120, 100, 90, 60, 80, 110};
    System.arraycopy(rgb, 0, image.pixels(), 0, 6);
    double mean = 0;
    for (int i = 0; i < 6; i += 3) {
      mean += (0.299 * rgb[i] + 0.587 * rgb[i + 1] + 0.114 * rgb[i + 2]) / 2;
    }
    PillowColor.saturation(image, 1.3f);
    PillowColor.brightness(image, 1.2f);
    PillowColor.contrast(image, 0.8f);
    color.clear(mean);
    color.saturation(1.3);
    color.brightness(1.2);
    color.contrast(0.8);
    int[] factors = new int[4];
    for (int i = 0; i < 6; i++) {
      int at = i / 3 * 3;
      double y = 0.299 * rgb[at] + 0.587 * rgb[at + 1] + 0.114 * rgb[at + 2];
      double cb = (rgb[at + 2] - y) / 1.772 + 128;
      double cr = (rgb[at] - y) / 1.402 + 128;
      color.factors(i % 3, factors);
      double value =
          (16 * (y * factors[0] + cb * factors[1] + cr * factors[2]) + factors[3]) / 65536;
      // Pillow truncates after each of the three steps.
      assertThat(value - 0.5).isCloseTo(image.pixels()[i] & 0xff, within(3.0));
    }
  }

  @Test
  void theMeanIsThatOfEveryFourthColumn() throws CorruptImageException {
    Jpeg jpeg = jpegs.get(0);
    open(jpeg);
    decoder.decodePlanes(0, 0, decoder.width(), decoder.height(), 0);
    JpegPlane plane = decoder.plane(0);
    for (int y = 0; y < 9; y++) {
      for (int h = 1; h < 12; h++) {
        double sum = 0;
        int count = 0;
        for (int j = y; j < y + h; j++) {
          for (int i = 3; i < 3 + 50; i += 4, count++) {
            sum += plane.sample(i, j);
          }
        }
        assertThat(plane.mean(3, y, 50, h)).isCloseTo(sum / count, within(1e-9));
      }
    }
  }

  private boolean open(Jpeg jpeg) throws CorruptImageException {
    assertThat(decoder.open(jpeg.bytes(), jpeg.bytes().length, jpeg.name())).isTrue();
    return FusedResize.accepts(decoder);
  }
}
