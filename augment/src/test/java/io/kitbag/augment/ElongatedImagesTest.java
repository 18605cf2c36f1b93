package io.kitbag.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.augment.data.DatasetException;
import io.kitbag.augment.data.TestData;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.image.ReferenceImages;
import io.kitbag.augment.transform.Resize;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of 65500 by 1 pixels: with a short side of 256 one would have 4.3 billion. */
class ElongatedImagesTest {
  private static final int LONG = 65500;
  private static final int SIZE = 224;

  @TempDir Path folder;

  @Test
  void centreCropsAreThoseOfTheWholeResizedImage() throws IOException {
    TestData.writePng(folder.resolve("a/1.png"), LONG, 1);
    TestData.writePng(folder.resolve("a/2.png"), 1, LONG);
    Pipeline pipeline = Pipeline.of(TestData.folder(folder)).centerCrop(SIZE).batchSize(2).build();
    try (EpochBatches batches = pipeline.epoch(0);
        ImageBatch batch = batches.next()) {
      assertThat(batch.size()).isEqualTo(2);
      ByteBuffer pixels = batch.pixelsNCHW();
      PixelImage wide = ReferenceImages.pattern(LONG, 1);
      PixelImage tall = ReferenceImages.pattern(1, LONG);
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < SIZE; y++) {
          for (int x = 0; x < SIZE; x++) {
            int at = (c * SIZE + y) * SIZE + x;
            // Rounded once along each axis, the second time from whole numbers.
            assertThat((double) (pixels.get(at) & 0xff))
                .isCloseTo(enlarged(wide, x, c), within(1.0));
            assertThat((double) (pixels.get(3 * SIZE * SIZE + at) & 0xff))
                .isCloseTo(enlarged(tall, y, c), within(1.0));
          }
        }
      }
    }
    assertThat(pipeline.corruptImages()).isEmpty();
  }

  /** Linear interpolation at 256 times the size, which the filter is where it enlarges. */
  private static double enlarged(PixelImage image, int at, int channel) {
    double target = (256.0 * LONG - SIZE) / 2 + at;
    double source = (target + 0.5) / 256 - 0.5;
    int left = (int) Math.floor(source);
    boolean wide = image.width() > 1;
    double a = wide ? image.get(left, 0, channel) : image.get(0, left, channel);
    double b = wide ? image.get(left + 1, 0, channel) : image.get(0, left + 1, channel);
    return a + (b - a) * (source - left);
  }

  @Test
  void jpegsAreReadInBothWays() throws IOException {
    BufferedImage image = new BufferedImage(LONG, 1, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < LONG; x++) {
      image.setRGB(x, 0, x / 256 * 0x010101);
    }
    Files.createDirectories(folder.resolve("a"));
    ImageIO.write(image, "jpg", folder.resolve("a/1.jpg").toFile());
    for (Decode decode : Decode.values()) {
      Pipeline pipeline =
          Pipeline.of(TestData.folder(folder)).centerCrop(SIZE).batchSize(1).decode(decode).build();
      try (EpochBatches batches = pipeline.epoch(0);
          ImageBatch batch = batches.next()) {
        ByteBuffer pixels = batch.pixelsNCHW();
        for (int i = 0; i < pixels.remaining(); i++) {
          assertThat(pixels.get(i) & 0xff).as("%s", decode).isCloseTo(LONG / 2 / 256, within(2));
        }
      }
    }
  }

  @Test
  void whatWouldBecomeTooLargeIsLeftOutAndNamed() throws IOException {
    TestData.writePng(folder.resolve("a/1.png"), 256, 256);
    TestData.writePng(folder.resolve("a/2.png"), LONG, 1);
    PipelineBuilder resized =
        Pipeline.of(TestData.folder(folder)).then(new Resize(256)).batchSize(2);
    Pipeline pipeline = resized.build();
    try (EpochBatches batches = pipeline.epoch(0);
        ImageBatch batch = batches.next()) {
      assertThat(batch.indices()).containsExactly(0);
    }
    String reason =
        "Resize(256) would make more than 67108864 pixels of an image that is 65500 long and 1"
            + " wide; cut it into parts or remove it";
    assertThat(pipeline.corruptImages())
        .containsExactly(new CorruptImage(1, folder.resolve("a/2.png").toString(), reason));
    assertThat(pipeline.buffersInUse()).isZero();
    try (EpochBatches batches = resized.onCorrupt(CorruptPolicy.FAIL).build().epoch(0)) {
      assertThatExceptionOfType(DatasetException.class)
          .isThrownBy(batches::next)
          .withMessage("corrupt image " + folder.resolve("a/2.png") + ": " + reason);
    }
  }
}
