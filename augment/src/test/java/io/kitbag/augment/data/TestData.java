package io.kitbag.augment.data;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.image.ReferenceImages;
import java.awt.image.BufferedImage;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

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

  /** Writes MNIST's four files with four classes, the test files through gzip. */
  public static void writeMnist(Path folder, int images) throws IOException {
    Files.createDirectories(folder);
    for (boolean train : new boolean[] {true, false}) {
      String name = folder + (train ? "/train-" : "/t10k-");
      byte[] pixels = new byte[images * 6 * 5];
      new Random(train ? 1 : 2).nextBytes(pixels);
      byte[] labels = new byte[images];
      for (int i = 0; i < images; i++) {
        labels[i] = (byte) (i % 4);
      }
      writeIdx(Path.of(name + "images-idx3-ubyte" + (train ? "" : ".gz")), pixels, images, 6, 5);
      writeIdx(Path.of(name + "labels-idx1-ubyte" + (train ? "" : ".gz")), labels, images);
    }
  }

  /** Writes an IDX file of bytes. */
  public static void writeIdx(Path file, byte[] values, int... dimensions) throws IOException {
    try (OutputStream raw = Files.newOutputStream(file);
        OutputStream zipped = file.toString().endsWith(".gz") ? new GZIPOutputStream(raw) : raw;
        DataOutputStream out = new DataOutputStream(zipped)) {
      out.writeInt(0x0800 | dimensions.length);
      for (int dimension : dimensions) {
        out.writeInt(dimension);
      }
      out.write(values);
    }
  }

  /** Writes a tar file of samples {@code 000.png} with {@code 000.cls}, labels from 0 to 2. */
  public static void writeTar(Path file, int first, int samples) throws IOException {
    Files.createDirectories(file.getParent());
    Path picture = Files.createTempFile(file.getParent(), "", ".png.tmp");
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(file))) {
      for (int i = first; i < first + samples; i++) {
        writePng(picture, 20 + i, 50 - i);
        member(tar, String.format("%03d.png", i), Files.readAllBytes(picture));
        member(tar, String.format("%03d.cls", i), Integer.toString(i % 3).getBytes(US_ASCII));
      }
    }
    Files.delete(picture);
  }

  /** Writes zeros that take no room on most discs. */
  public static Path writeZeros(Path file, long bytes) throws IOException {
    Files.createDirectories(file.getParent());
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      channel.write(ByteBuffer.allocate(1), bytes - 1);
    }
    return file;
  }

  /** Adds a file to a tar file. */
  static void member(TarArchiveOutputStream tar, String name, byte[] bytes) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
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
