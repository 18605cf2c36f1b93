package io.kitbag.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.pack.JpegEncoder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PhotoPainterTest {
  private final PhotoPainter painter = new PhotoPainter();
  private final PixelImage image = new PixelImage();

  private byte[] paint(long seed, int index) {
    painter.paint(seed, index, 500, 375, image);
    return Arrays.copyOf(image.pixels(), image.length());
  }

  @Test
  void aPictureIsAFunctionOfSeedAndIndex() {
    byte[] first = paint(3, 5);
    assertThat(paint(3, 6)).isNotEqualTo(first);
    assertThat(paint(4, 5)).isNotEqualTo(first);
    assertThat(paint(3, 5)).isEqualTo(first);
  }

  /** Photographs of this size at quality 90 have some 20 to 60 kB. */
  @Test
  void picturesAreAsLargeAsPhotographsAndDiffer() {
    JpegEncoder encoder = new JpegEncoder(90);
    int[] lengths = new int[12];
    for (int i = 0; i < lengths.length; i++) {
      paint(0, i);
      lengths[i] = encoder.encode(image).length;
    }
    assertThat(Arrays.stream(lengths).average().orElseThrow()).isBetween(25_000.0, 50_000.0);
    Arrays.sort(lengths);
    assertThat(lengths[0]).isBetween(8_000, 35_000);
    assertThat(lengths[lengths.length - 1]).isBetween(35_000, 120_000);
  }

  /**
   * The power of photographs falls with the square of frequency, so that squared differences of
   * pixels grow slowly with their distance: by about as much from octave to octave. White noise
   * would not grow at all, a smooth surface fourfold.
   */
  @Test
  void differencesGrowWithDistanceAsInPhotographs() {
    double[] squares = new double[6];
    for (int i = 0; i < 12; i++) {
      paint(1, i);
      for (int octave = 0; octave < squares.length; octave++) {
        squares[octave] += meanSquare(1 << octave);
      }
    }
    for (int octave = 1; octave < squares.length; octave++) {
      assertThat(squares[octave] / squares[octave - 1]).as("%d", octave).isBetween(1.1, 2.8);
    }
  }

  private double meanSquare(int distance) {
    double sum = 0;
    int count = 0;
    for (int y = 0; y < image.height(); y += 3) {
      for (int x = 0; x + distance < image.width(); x += 2, count++) {
        double difference = image.get(x, y, 1) - image.get(x + distance, y, 1);
        sum += difference * difference;
      }
    }
    return sum / count;
  }
}
