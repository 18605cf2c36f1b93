package io.kitbag.augment.internal.jpeg;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.internal.jpeg.GoldenJpegs.Jpeg;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Damages sound files at random. {@code -Dkitbag.fuzz=50000} in {@code test.jvm.args} makes it the
 * soak.
 */
class JpegFuzzTest {
  private static final int FILES = Integer.getInteger("kitbag.fuzz", 3000);

  /** Far above what any of these small files takes, far below a hang. */
  private static final Duration LIMIT = Duration.ofSeconds(5);

  @Test
  void damageIsCorruptOrPicturesButNeverAnotherErrorOrAHang()
      throws IOException, CorruptImageException {
    List<Jpeg> jpegs = GoldenJpegs.all();
    int plain = jpegs.size();
    jpegs.addAll(SeekPointsTest.indexed(jpegs));
    JpegDecoder decoder = new JpegDecoder(1 << 22);
    PixelImage image = new PixelImage();
    Random random = new Random(11);
    int corrupt = 0;
    int decoded = 0;
    long slowest = 0;
    for (int i = 0; i < FILES; i++) {
      Jpeg jpeg = jpegs.get(i % jpegs.size());
      byte[] damaged =
          i % jpegs.size() >= plain && random.nextBoolean()
              ? damagePoints(jpeg.bytes(), random)
              : damage(jpeg.bytes(), random);
      long start = System.nanoTime();
      try {
        if (decoder.open(damaged, damaged.length, "fuzz")) {
          decode(decoder, random, image);
          decoded++;
        }
      } catch (CorruptImageException e) {
        corrupt++;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("file " + i + " from " + jpeg.name(), e);
      }
      slowest = Math.max(slowest, System.nanoTime() - start);
    }
    assertThat(Duration.ofNanos(slowest)).isLessThan(LIMIT);
    assertThat(corrupt).as("corrupt").isGreaterThan(FILES / 10);
    assertThat(decoded).as("decoded").isGreaterThan(FILES / 10);
    if (FILES > 3000) {
      System.out.printf(
          "%d damaged files: %d corrupt, %d decoded, slowest %.1f ms%n",
          FILES, corrupt, decoded, slowest / 1e6);
    }
  }

  private static void decode(JpegDecoder decoder, Random random, PixelImage image)
      throws CorruptImageException {
    int w = 1 + random.nextInt(decoder.width());
    int h = 1 + random.nextInt(decoder.height());
    int x = random.nextInt(decoder.width() - w + 1);
    int y = random.nextInt(decoder.height() - h + 1);
    switch (random.nextInt(3)) {
      case 0 -> decoder.decodeRgb(0, 0, decoder.width(), decoder.height(), image);
      case 1 -> decoder.decodeRgb(x, y, w, h, image);
      default -> decoder.decodePlanes(x, y, w, h, random.nextInt(4));
    }
  }

  /** Points that are wrong but have the right checksum. */
  private static byte[] damagePoints(byte[] sound, Random random) {
    byte[] damaged = sound.clone();
    int from = SeekPointsTest.segment(sound);
    int length = Frame.shortAt(sound, from + 2);
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      damaged[from + 16 + random.nextInt(length - 16)] = (byte) random.nextInt();
    }
    SeekPointsTest.renewChecksum(damaged);
    return damaged;
  }

  private static byte[] damage(byte[] sound, Random random) {
    byte[] damaged = sound.clone();
    int headers = Math.min(damaged.length, 650);
    int changes = 1 + random.nextInt(6);
    for (int k = 0; k < changes; k++) {
      int at = random.nextInt(random.nextBoolean() ? headers : damaged.length);
      switch (random.nextInt(4)) {
        case 0 -> damaged[at] = (byte) random.nextInt();
        case 1 -> damaged[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> damaged[at] = (byte) (random.nextBoolean() ? 0xff : 0);
        default -> {
          int from = random.nextInt(damaged.length);
          int count = Math.min(random.nextInt(40), damaged.length - Math.max(at, from));
          System.arraycopy(damaged, from, damaged, at, count);
        }
      }
    }
    return random.nextInt(8) == 0
        ? Arrays.copyOf(damaged, 1 + random.nextInt(damaged.length))
        : damaged;
  }
}
