package io.kitbag.augment.data;

import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.image.ReferenceImages;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes small data sets: images, and CIFAR archives in the layout of the authors'. */
public final class TestData {
  private TestData() {}

  /** Opens an image folder. */
  public static ImageDataset folder(Path root) {
    return ImageFolder.of(root);
  }

  /** Writes {@link ReferenceImages#pattern} as a PNG, and the folders above it. */
  public static void writePng(Path file, int width, int height) throws IOException {
    Files.createDirectories(file.getParent());
    PixelImage image = ReferenceImages.pattern(width, height);
    BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int rgb = image.get(x, y, 0) << 16 | image.get(x, y, 1) << 8 | image.get(x, y, 2);
        picture.setRGB(x, y, rgb);
      }
    }
    try (OutputStream out = Files.newOutputStream(file);
        MemoryCacheImageOutputStream cache = new MemoryCacheImageOutputStream(out)) {
      ImageIO.write(picture, "png", cache);
    }
  }

  /** Writes five training files and a test file with three classes. */
  public static void writeCifarTen(Path folder, int recordsPerFile) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("batches.meta.txt"), "airplane\nautomobile\nbird\n\n");
    for (int i = 1; i <= 5; i++) {
      writeRecords(folder.resolve("data_batch_" + i + ".bin"), recordsPerFile, i, 1, 3);
    }
    writeRecords(folder.resolve("test_batch.bin"), recordsPerFile, 6, 1, 3);
  }

  /** Writes a training file and a test file with four fine classes. */
  public static void writeCifarHundred(Path folder, int records) throws IOException {
    Files.createDirectories(folder);
    Files.write(folder.resolve("fine_label_names.txt"), List.of("apple", "bee", "can", "dog"));
    writeRecords(folder.resolve("train.bin"), records, 1, 2, 4);
    writeRecords(folder.resolve("test.bin"), records, 2, 2, 4);
  }

  private static void writeRecords(Path file, int records, long seed, int labelBytes, int classes)
      throws IOException {
    byte[] bytes = new byte[records * (labelBytes + 3072)];
    new Random(seed).nextBytes(bytes);
    for (int i = 0; i < records; i++) {
      bytes[i * (labelBytes + 3072) + labelBytes - 1] = (byte) (i % classes);
    }
    Files.write(file, bytes);
  }
}
