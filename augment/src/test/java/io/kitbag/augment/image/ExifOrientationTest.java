package io.kitbag.augment.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.data.ImageFolder;
import io.kitbag.augment.data.OrientedDataset;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExifOrientationTest {
  @TempDir Path folder;

  @Test
  void turnsPhotographsAsPillowDoesIfAskedTo() throws IOException, CorruptImageException {
    Files.createDirectories(folder.resolve("a"));
    PixelImage[] expected = new PixelImage[8];
    try (DataInputStream in = ReferenceImages.open("orientations.bin")) {
      for (int i = 0; i < 8; i++) {
        byte[] file = in.readNBytes(in.readInt());
        Files.write(folder.resolve("a/" + i + ".jpg"), file);
        expected[i] = ReferenceImages.image(in, in.readInt(), in.readInt());
        assertThat(ExifOrientation.of(file, file.length)).isEqualTo(ExifOrientation.values()[i]);
      }
    }
    ImageDataset stored = ImageFolder.of(folder);
    ImageDataset upright = OrientedDataset.of(stored);
    PixelImage image = new PixelImage();
    EncodedImage file = new EncodedImage();
    for (int i = 0; i < 8; i++) {
      upright.read(i, image);
      assertThat(image.width()).isEqualTo(i < 4 ? 9 : 7);
      assertThat(ReferenceImages.bytes(image)).isEqualTo(ReferenceImages.bytes(expected[i]));
      assertThat(upright.readEncoded(i, file)).as("decodes to the same").isEqualTo(i == 0);
      stored.read(i, image);
      assertThat(ReferenceImages.bytes(image)).isEqualTo(ReferenceImages.bytes(expected[0]));
    }
  }

  @Test
  void whatCannotBeUnderstoodIsNormal() throws IOException {
    byte[] file;
    try (DataInputStream in = ReferenceImages.open("orientations.bin")) {
      in.skipBytes(in.readInt() + 8 + 3 * 63);
      file = in.readNBytes(in.readInt());
    }
    assertThat(ExifOrientation.of(file, file.length)).isEqualTo(ExifOrientation.MIRRORED);
    assertThat(ExifOrientation.of(file, 30)).isEqualTo(ExifOrientation.NORMAL);
    assertThat(ExifOrientation.of(new byte[0], 0)).isEqualTo(ExifOrientation.NORMAL);
    Random random = new Random(3);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = Arrays.copyOf(file, random.nextInt(200));
      for (int i = random.nextInt(3); i >= 0 && bytes.length > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      assertThat(ExifOrientation.of(bytes, bytes.length)).isNotNull();
    }
  }
}
