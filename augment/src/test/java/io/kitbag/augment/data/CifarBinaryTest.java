package io.kitbag.augment.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CifarBinaryTest {
  @TempDir Path folder;

  @Test
  void readsCifarTenFromTheArchivesFolder() throws IOException, CorruptImageException {
    Path inside = folder.resolve("cifar-10-batches-bin");
    TestData.writeCifarTen(inside, 4);
    DataSplit split = DataSplit.open(folder);
    assertThat(split.train().size()).isEqualTo(20);
    assertThat(split.validation().size()).isEqualTo(4);
    assertThat(split.train().classes()).containsExactly("airplane", "automobile", "bird");
    assertThat(split.train().name(6)).isEqualTo("data_batch_2.bin#2");
    assertThat(split.train().classCounts()).containsExactly(10, 5, 5);
    assertPixels(inside.resolve("data_batch_2.bin"), 2 * 3073 + 1, split.train(), 6);
    assertPixels(inside.resolve("test_batch.bin"), 1, split.validation(), 0);
  }

  @Test
  void readsTheFineLabelsOfCifarHundred() throws IOException, CorruptImageException {
    TestData.writeCifarHundred(folder, 6);
    CifarBinary test = CifarBinary.test(folder);
    assertThat(test.classes()).containsExactly("apple", "bee", "can", "dog");
    assertThat(test.label(5)).isEqualTo(1);
    assertPixels(folder.resolve("test.bin"), 5 * 3074 + 2, test, 5);
  }

  @Test
  void namesTruncatedMissingAndImpossibleFiles() throws IOException {
    TestData.writeCifarTen(folder, 4);
    Path third = folder.resolve("data_batch_3.bin");
    byte[] whole = Files.readAllBytes(third);
    Files.write(third, Arrays.copyOf(whole, whole.length - 1));
    assertFails("data_batch_3.bin", "12291 bytes", "truncated");
    Files.delete(third);
    assertFails("data_batch_3.bin", "missing");
    whole[3073] = 3;
    Files.write(third, whole);
    assertFails("data_batch_3.bin#1", "label 3", "3 classes");
    Files.delete(folder.resolve("batches.meta.txt"));
    assertFails("batches.meta.txt", "missing");
  }

  private void assertFails(String... parts) {
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> CifarBinary.train(folder))
        .satisfies(e -> assertThat(e.getMessage()).contains(parts));
  }

  private static void assertPixels(Path file, int planesAt, ImageDataset data, int index)
      throws IOException, CorruptImageException {
    byte[] bytes = Files.readAllBytes(file);
    PixelImage image = new PixelImage();
    data.read(index, image);
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        for (int c = 0; c < 3; c++) {
          int expected = bytes[planesAt + 1024 * c + 32 * y + x] & 0xff;
          assertThat(image.get(x, y, c)).isEqualTo(expected);
        }
      }
    }
  }
}
