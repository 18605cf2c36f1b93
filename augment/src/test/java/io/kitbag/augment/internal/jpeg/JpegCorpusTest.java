package io.kitbag.augment.internal.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Compares a folder of photographs with libjpeg-turbo and Pillow: a soak, run by hand.
 *
 * <p>{@code src/test/python/jpeg_reference.py corpus DIR COUNT PHOTO...} makes the folder; {@code
 * -Dkitbag.jpeg.corpus=DIR} in {@code test.jvm.args} names it.
 */
@EnabledIfSystemProperty(named = "kitbag.jpeg.corpus", matches = ".+")
class JpegCorpusTest {
  @Test
  void everyPlaneAndPixelIsTheSame() throws IOException, CorruptImageException {
    Path folder = Path.of(System.getProperty("kitbag.jpeg.corpus"));
    List<String> lines = Files.readAllLines(folder.resolve("expected.tsv"));
    JpegDecoder decoder = new JpegDecoder(1 << 26);
    PixelImage image = new PixelImage();
    long samples = 0;
    for (String line : lines) {
      String[] fields = line.split("\t");
      byte[] bytes = Files.readAllBytes(folder.resolve(fields[0]));
      assertThat(decoder.open(bytes, bytes.length, fields[0])).as(line).isTrue();
      decoder.decodePlanes(0, 0, decoder.width(), decoder.height(), 0);
      assertThat(decoder.components()).isEqualTo(Integer.parseInt(fields[1]));
      int at = 2;
      for (int i = 0; i < decoder.components(); i++, at += 3) {
        GoldenJpegs.Plane plane =
            new GoldenJpegs.Plane(
                Integer.parseInt(fields[at]),
                Integer.parseInt(fields[at + 1]),
                Long.parseLong(fields[at + 2]));
        assertThat(GoldenJpegs.plane(decoder.plane(i))).as(line).isEqualTo(plane);
        samples += (long) plane.width() * plane.height();
      }
      decoder.open(bytes, bytes.length, fields[0]);
      decoder.decodeRgb(0, 0, decoder.width(), decoder.height(), image);
      assertThat(GoldenJpegs.rgb(image)).as(line).isEqualTo(Long.parseLong(fields[at]));
      int[] part = Arrays.stream(fields, at + 1, at + 5).mapToInt(Integer::parseInt).toArray();
      decoder.open(bytes, bytes.length, fields[0]);
      decoder.decodeRgb(part[0], part[1], part[2], part[3], image);
      image.resize(224, 224);
      assertThat(GoldenJpegs.rgb(image)).as(line).isEqualTo(Long.parseLong(fields[at + 5]));
    }
    System.out.printf(
        "%d JPEGs, %d samples: all planes, RGB pixels and resized parts are the same%n",
        lines.size(), samples);
  }
}
