package io.kitbag.augment.internal.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.internal.jpeg.GoldenJpegs.Jpeg;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JpegDecoderTest {
  private static List<Jpeg> jpegs;

  private final JpegDecoder decoder = new JpegDecoder(1 << 20);
  private final PixelImage image = new PixelImage();

  @BeforeAll
  static void read() throws IOException {
    jpegs = GoldenJpegs.all();
  }

  @Test
  void planesEqualThoseOfLibjpegTurboBitForBit() throws CorruptImageException {
    assertThat(jpegs).hasSizeGreaterThan(30);
    for (Jpeg jpeg : jpegs) {
      open(jpeg);
      decoder.decodePlanes(0, 0, decoder.width(), decoder.height(), 0);
      List<GoldenJpegs.Plane> planes =
          IntStream.range(0, decoder.components())
              .mapToObj(i -> GoldenJpegs.plane(decoder.plane(i)))
              .toList();
      assertThat(planes).as(jpeg.name()).isEqualTo(jpeg.planes());
    }
  }

  @Test
  void rgbEqualsPillowBitForBit() throws CorruptImageException {
    for (Jpeg jpeg : jpegs) {
      open(jpeg);
      decoder.decodeRgb(0, 0, decoder.width(), decoder.height(), image);
      assertThat(GoldenJpegs.rgb(image)).as(jpeg.name()).isEqualTo(jpeg.rgbCrc());
    }
  }

  @Test
  void aRegionIsThatPartOfTheWholeImage() throws CorruptImageException {
    Random random = new Random(3);
    PixelImage whole = new PixelImage();
    PixelImage expected = new PixelImage();
    for (Jpeg jpeg : jpegs) {
      open(jpeg);
      int width = decoder.width();
      int height = decoder.height();
      decoder.decodeRgb(0, 0, width, height, whole);
      for (int i = 0; i < 20; i++) {
        int w = 1 + random.nextInt(width);
        int h = 1 + random.nextInt(height);
        int x = random.nextInt(width - w + 1);
        int y = random.nextInt(height - h + 1);
        open(jpeg);
        decoder.decodeRgb(x, y, w, h, image);
        expected.copyFrom(whole);
        expected.crop(x, y, w, h);
        assertThat(GoldenJpegs.rgb(image))
            .as("%s: %dx%d at (%d, %d)", jpeg, w, h, x, y)
            .isEqualTo(GoldenJpegs.rgb(expected));
      }
    }
  }

  @Test
  void aScaledPlaneResemblesTheMeansOfTheFullOne() throws CorruptImageException {
    for (Jpeg jpeg : jpegs) {
      open(jpeg);
      int width = decoder.width();
      int height = decoder.height();
      if (width < 60) {
        continue;
      }
      decoder.decodePlanes(0, 0, width, height, 0);
      int[][] full = copy(decoder.plane(0));
      for (int shift = 1; shift <= JpegDecoder.MAX_SHIFT; shift++) {
        open(jpeg);
        decoder.decodePlanes(0, 0, width, height, shift);
        JpegPlane plane = decoder.plane(0);
        int side = 1 << shift;
        assertThat(plane.width()).isEqualTo((width + side - 1) / side);
        assertThat(plane.height()).isEqualTo((height + side - 1) / side);
        double error = 0;
        int count = 0;
        for (int y = 0; y < height / side; y++) {
          for (int x = 0; x < width / side; x++, count++) {
            error += Math.abs(plane.sample(x, y) - mean(full, x * side, y * side, side));
          }
        }
        // Not the same filter: at an edge they differ by a few levels.
        assertThat(error / count).as("%s shift %d", jpeg, shift).isLessThan(9);
        if (shift == JpegDecoder.MAX_SHIFT) {
          // Here both are the mean of the block, up to clamping and rounding.
          assertThat(error / count).as("%s shift %d", jpeg, shift).isLessThan(2);
        }
      }
    }
  }

  @Test
  void rowsBelowTheRegionAreNotLookedAt() throws CorruptImageException {
    Jpeg jpeg = named("200x150-q88-2x2_1x1_1x1-r0-baseline");
    byte[] cut = Arrays.copyOf(jpeg.bytes(), jpeg.bytes().length * 2 / 3);
    assertThat(decoder.open(cut, cut.length, "cut")).isTrue();
    decoder.decodeRgb(10, 5, 100, 40, image);
    assertThat(decoder.open(cut, cut.length, "cut")).isTrue();
    assertThatExceptionOfType(CorruptImageException.class)
        .isThrownBy(() -> decoder.decodeRgb(10, 5, 100, 140, image))
        .withMessage("cut: the JPEG cannot be decoded: it is truncated");
  }

  @Test
  void everyTruncationIsNoticed() throws CorruptImageException {
    Jpeg jpeg = named("61x47-q85-2x2_1x1_1x1-r0-baseline");
    for (int length = 2; length < jpeg.bytes().length - 1; length++) {
      byte[] cut = Arrays.copyOf(jpeg.bytes(), length);
      assertThatExceptionOfType(CorruptImageException.class)
          .as("cut to %d bytes", length)
          .isThrownBy(
              () -> {
                decoder.open(cut, cut.length, "cut");
                decoder.decodePlanes(0, 0, decoder.width(), decoder.height(), 0);
              });
    }
  }

  @Test
  void leavesKindsItDoesNotKnowToOthers() throws CorruptImageException {
    byte[] bytes = named("61x47-q85-1x1_1x1_1x1-r0-baseline").bytes().clone();
    int frame = 0;
    while ((bytes[frame] & 0xff) != 0xff || (bytes[frame + 1] & 0xff) != 0xc0) {
      frame++;
    }
    bytes[frame + 1] = (byte) 0xc9;
    assertThat(decoder.open(bytes, bytes.length, "arithmetic")).isFalse();
    bytes[frame + 1] = (byte) 0xc1;
    bytes[frame + 4] = 12;
    assertThat(decoder.open(bytes, bytes.length, "12-bit")).isFalse();
  }

  @Test
  void refusesForgedSizesBeforeTakingMemory() {
    Jpeg jpeg = named("61x47-q85-1x1_1x1_1x1-r0-baseline");
    assertThatExceptionOfType(CorruptImageException.class)
        .isThrownBy(() -> new JpegDecoder(61 * 47 - 1).open(jpeg.bytes(), jpeg.bytes().length, "a"))
        .withMessageContaining("61x47 pixels exceed the limit of 2866");
    byte[] forged = jpeg.bytes().clone();
    for (int i = 0; i < forged.length; i++) {
      if ((forged[i] & 0xff) == 0xff && (forged[i + 1] & 0xff) == 0xc0) {
        Arrays.fill(forged, i + 5, i + 9, (byte) 0x7f);
        break;
      }
    }
    JpegDecoder generous = new JpegDecoder(1L << 40);
    assertThatExceptionOfType(CorruptImageException.class)
        .isThrownBy(
            () -> {
              generous.open(forged, forged.length, "forged");
              generous.decodePlanes(0, 0, generous.width(), generous.height(), 0);
            })
        .withMessageContaining("truncated");
  }

  @Test
  void aScaledRegionIsThatPartOfTheScaledImage() throws CorruptImageException {
    Random random = new Random(6);
    JpegDecoder whole = new JpegDecoder(1 << 20);
    for (Jpeg jpeg : jpegs) {
      for (int shift = 1; shift <= JpegDecoder.MAX_SHIFT; shift++) {
        assertThat(whole.open(jpeg.bytes(), jpeg.bytes().length, jpeg.name())).isTrue();
        whole.decodePlanes(0, 0, whole.width(), whole.height(), shift);
        open(jpeg);
        int w = 1 + random.nextInt(decoder.width());
        int h = 1 + random.nextInt(decoder.height());
        int x = random.nextInt(decoder.width() - w + 1);
        int y = random.nextInt(decoder.height() - h + 1);
        decoder.decodePlanes(x, y, w, h, shift);
        for (int i = 0; i < decoder.components(); i++) {
          JpegPlane plane = decoder.plane(i);
          for (int row = (int) (y * plane.rowsPerPixel());
              row < (y + h) * plane.rowsPerPixel();
              row++) {
            for (int column = (int) (x * plane.columnsPerPixel());
                column < (x + w) * plane.columnsPerPixel();
                column++) {
              assertThat(plane.sample(column, row))
                  .as("%s shift %d: component %d at (%d, %d)", jpeg, shift, i, column, row)
                  .isEqualTo(whole.plane(i).sample(column, row));
            }
          }
        }
      }
    }
  }

  @Test
  void anImageIsDecodedOnce() throws CorruptImageException {
    open(jpegs.get(0));
    decoder.decodePlanes(0, 0, 1, 1, 0);
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(() -> decoder.decodePlanes(0, 0, 1, 1, 0));
    open(jpegs.get(0));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> decoder.decodePlanes(1, 0, decoder.width(), 1, 0))
        .withMessageContaining("does not fit the 61x47 image");
    int beyond = decoder.width() - 9;
    for (int[] place : new int[][] {{-1, 0}, {0, -1}, {beyond, 0}, {0, decoder.height() - 9}}) {
      assertThatExceptionOfType(IllegalArgumentException.class)
          .isThrownBy(() -> decoder.decodeRgb(place[0], place[1], 10, 10, image))
          .withMessageContaining("does not fit the 61x47 image");
    }
  }

  private static Jpeg named(String part) {
    return jpegs.stream().filter(jpeg -> jpeg.name().contains(part)).findFirst().orElseThrow();
  }

  private void open(Jpeg jpeg) throws CorruptImageException {
    assertThat(decoder.open(jpeg.bytes(), jpeg.bytes().length, jpeg.name()))
        .as(jpeg.name())
        .isTrue();
  }

  private static int[][] copy(JpegPlane plane) {
    int[][] rows = new int[plane.height()][plane.width()];
    for (int y = 0; y < plane.height(); y++) {
      for (int x = 0; x < plane.width(); x++) {
        rows[y][x] = plane.sample(x, y);
      }
    }
    return rows;
  }

  private static double mean(int[][] rows, int x, int y, int side) {
    double sum = 0;
    for (int i = 0; i < side * side; i++) {
      sum += rows[y + i / side][x + i % side];
    }
    return sum / (side * side);
  }
}
