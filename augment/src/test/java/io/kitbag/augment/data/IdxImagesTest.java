package io.kitbag.augment.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxImagesTest {
  @TempDir Path folder;
  private Path raw;

  @BeforeEach
  void write() throws IOException {
    raw = folder.resolve("MNIST/raw");
    TestData.writeMnist(raw, 8);
  }

  @Test
  void readsBothSplitsPlainAndCompressed() throws IOException, CorruptImageException {
    DataSplit split = DataSplit.open(folder);
    ImageDataset train = split.train();
    assertThat(train.classes()).containsExactly("0", "1", "2", "3");
    assertThat(train.size()).isEqualTo(8);
    assertThat(train.label(6)).isEqualTo(2);
    assertThat(train.name(6)).isEqualTo(raw.resolve("train-images-idx3-ubyte") + "#6");
    byte[] file = Files.readAllBytes(raw.resolve("train-images-idx3-ubyte"));
    PixelImage image = new PixelImage();
    train.read(6, image);
    assertThat(image.height()).isEqualTo(6);
    assertThat(image.width()).isEqualTo(5);
    for (int y = 0; y < 6; y++) {
      for (int x = 0; x < 5; x++) {
        for (int c = 0; c < 3; c++) {
          assertThat(image.get(x, y, c)).isEqualTo(file[16 + (6 * 6 + y) * 5 + x] & 0xff);
        }
      }
    }
    PixelImage other = new PixelImage();
    split.validation().read(6, other);
    assertThat(other.pixels()).isNotEqualTo(image.pixels());
    Files.writeString(folder.resolve("classes.txt"), "zero\none\ntwo\nthree\nfour\n");
    assertThat(DataSplit.open(folder).train().classes()).endsWith("three", "four");
  }

  @Test
  void saysWhatIsWrongWithAFile() throws IOException {
    Path images = raw.resolve("train-images-idx3-ubyte");
    byte[] good = Files.readAllBytes(images);
    assertFails(images, Arrays.copyOf(good, good.length - 1), "240 values were announced");
    assertFails(images, Arrays.copyOf(good, good.length + 1), "there are more");
    assertFails(images, Arrays.copyOf(good, 9), "is truncated");
    byte[] other = good.clone();
    other[2] = 9;
    assertFails(images, other, "it starts with 00000903 instead of 00000803");
    byte[] huge = good.clone();
    Arrays.fill(huge, 4, 16, (byte) 0x7f);
    assertFails(images, huge, "its dimensions begin with");
    Files.write(images, good);
    TestData.writeIdx(raw.resolve("train-labels-idx1-ubyte"), new byte[7], 7);
    assertFails(images, good, "has 8 images but");
    Files.delete(raw.resolve("train-labels-idx1-ubyte"));
    assertFails(images, good, "train-labels-idx1-ubyte.gz is missing");
    Files.writeString(raw.resolve("t10k-images-idx3-ubyte.gz"), "no gzip");
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> DataSplit.open(folder))
        .withMessageContaining("train-labels");
  }

  private void assertFails(Path file, byte[] bytes, String message) throws IOException {
    Files.write(file, bytes);
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> DataSplit.open(folder))
        .withMessageContaining(message);
  }
}
