package io.kitbag.augment.internal.jpeg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.internal.jpeg.GoldenJpegs.Jpeg;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SeekPointsTest {
  private static final int NAME = 11;

  private static List<Jpeg> jpegs;

  private final JpegDecoder decoder = new JpegDecoder(1 << 20);
  private final SeekPointMaker maker = new SeekPointMaker(1 << 20);
  private final PixelImage image = new PixelImage();
  private final PixelImage expected = new PixelImage();

  @BeforeAll
  static void read() throws IOException {
    jpegs = GoldenJpegs.all();
  }

  /** The files of the list that can have points, with them. */
  static List<Jpeg> indexed(List<Jpeg> all) throws CorruptImageException {
    SeekPointMaker maker = new SeekPointMaker(1 << 20);
    List<Jpeg> indexed = new ArrayList<>();
    for (Jpeg jpeg : all) {
      maker
          .withPoints(jpeg.bytes(), jpeg.bytes().length, jpeg.name())
          .ifPresent(
              bytes -> indexed.add(new Jpeg(jpeg.name(), bytes, jpeg.planes(), jpeg.rgbCrc())));
    }
    return indexed;
  }

  /** Makes the points of a file pass for sound whatever they are now. */
  static void renewChecksum(byte[] bytes) {
    int at = segment(bytes);
    int length = Frame.shortAt(bytes, at + 2);
    CRC32 crc = new CRC32();
    crc.update(bytes, at + 4, length - 6);
    ByteBuffer.wrap(bytes).putInt(at + length - 2, (int) crc.getValue());
  }

  /** The place of the marker. */
  static int segment(byte[] bytes) {
    int at = 2;
    while (Frame.shortAt(bytes, at) != 0xff00 + SeekPoints.MARKER) {
      at += 2 + Frame.shortAt(bytes, at + 2);
    }
    return at;
  }

  private static Jpeg named(String part) {
    return jpegs.stream().filter(jpeg -> jpeg.name().contains(part)).findFirst().orElseThrow();
  }

  private Jpeg indexed(String part) throws CorruptImageException {
    return indexed(List.of(named(part))).get(0);
  }

  @Test
  void baselineFilesInOneScanWithoutRestartsGetPoints() throws CorruptImageException {
    for (Jpeg jpeg : jpegs) {
      boolean plain = jpeg.name().contains("-r0-baseline");
      assertThat(maker.withPoints(jpeg.bytes(), jpeg.bytes().length, jpeg.name()))
          .as(jpeg.name())
          .matches(bytes -> bytes.isPresent() == plain);
    }
    Jpeg once = indexed("200x150-q88-2x2_1x1_1x1-r0-baseline");
    assertThat(maker.withPoints(once.bytes(), once.bytes().length, "twice")).isEmpty();
  }

  @Test
  void aRegionIsTheSameWithAndWithoutPoints() throws CorruptImageException {
    Random random = new Random(4);
    List<Jpeg> indexed = indexed(jpegs);
    assertThat(indexed).hasSizeGreaterThan(15);
    for (Jpeg jpeg : indexed) {
      open(jpeg);
      int width = decoder.width();
      int height = decoder.height();
      decoder.decodeRgb(0, 0, width, height, expected);
      assertThat(GoldenJpegs.rgb(expected)).as(jpeg.name()).isEqualTo(jpeg.rgbCrc());
      for (int i = 0; i < 40; i++) {
        int w = 1 + random.nextInt(width);
        int h = 1 + random.nextInt(height);
        int x = random.nextInt(width - w + 1);
        int y = random.nextInt(height - h + 1);
        PixelImage part = new PixelImage();
        part.copyFrom(expected);
        part.crop(x, y, w, h);
        open(jpeg);
        decoder.decodeRgb(x, y, w, h, image);
        assertThat(GoldenJpegs.rgb(image))
            .as("%s: %dx%d at (%d, %d)", jpeg, w, h, x, y)
            .isEqualTo(GoldenJpegs.rgb(part));
      }
    }
  }

  @Test
  void otherDecodersPassOverThem() throws IOException, CorruptImageException {
    Jpeg plain = named("200x150-q88-2x2_1x1_1x1-r0-baseline");
    Jpeg indexed = indexed("200x150-q88-2x2_1x1_1x1-r0-baseline");
    BufferedImage before = ImageIO.read(new ByteArrayInputStream(plain.bytes()));
    BufferedImage after = ImageIO.read(new ByteArrayInputStream(indexed.bytes()));
    assertThat(after.getRGB(0, 0, 200, 150, null, 0, 200))
        .isEqualTo(before.getRGB(0, 0, 200, 150, null, 0, 200));
    // A point for every fourth of 13 MCUs in each of 10 rows: bits and three predictions.
    assertThat(indexed.bytes().length - plain.bytes().length)
        .isEqualTo(4 + NAME + 10 + 4 * 10 * 8 + 4);
  }

  @Test
  void whatLiesAboveAndBesideARegionIsNotParsed() throws CorruptImageException {
    Jpeg jpeg = indexed("200x150-q88-2x2_1x1_1x1-r0-baseline");
    open(jpeg);
    decoder.decodeRgb(132, 80, 60, 30, expected);
    byte[] damaged = jpeg.bytes().clone();
    int scan = scan(damaged);
    Arrays.fill(damaged, scan, scan + (damaged.length - scan) / 3, (byte) 0x55);
    assertThat(decoder.open(damaged, damaged.length, "damaged")).isTrue();
    decoder.decodeRgb(132, 80, 60, 30, image);
    assertThat(GoldenJpegs.rgb(image)).isEqualTo(GoldenJpegs.rgb(expected));
  }

  @Test
  void pointsOfAnotherFileAreNotUsed() throws CorruptImageException {
    Jpeg jpeg = indexed("200x150-q88-2x2_1x1_1x1-r0-baseline");
    byte[] longer = Arrays.copyOf(jpeg.bytes(), jpeg.bytes().length + 1);
    Arrays.fill(longer, segment(longer) + 40, segment(longer) + 60, (byte) 7);
    renewChecksum(longer);
    byte[] broken = jpeg.bytes().clone();
    broken[segment(broken) + 40]++;
    for (byte[] bytes : List.of(longer, broken)) {
      assertThat(decoder.open(bytes, bytes.length, "other")).isTrue();
      decoder.decodeRgb(0, 0, 200, 150, image);
      assertThat(GoldenJpegs.rgb(image)).isEqualTo(jpeg.rgbCrc());
    }
  }

  @Test
  void pointsThatLeadAstrayAreNoticed() throws CorruptImageException {
    byte[] bytes = indexed("200x150-q88-2x2_1x1_1x1-r0-baseline").bytes();
    // The prediction of luma at the last point of the first row.
    bytes[segment(bytes) + 4 + NAME + 10 + 3 * 8 + 3]++;
    renewChecksum(bytes);
    assertThat(decoder.open(bytes, bytes.length, "wrong")).isTrue();
    assertThatExceptionOfType(CorruptImageException.class)
        .isThrownBy(() -> decoder.decodeRgb(0, 0, 200, 150, image))
        .withMessageContaining("its seek points do not fit its entropy-coded data");
  }

  @Test
  void segmentsThatWantToBeFirstStayFirst() throws CorruptImageException {
    Jpeg jpeg = named("200x150-q88-2x2_1x1_1x1-r0-baseline");
    byte[] exif = {(byte) 0xff, (byte) 0xe1, 0, 8, 'E', 'x', 'i', 'f', 0, 0};
    byte[] with = new byte[jpeg.bytes().length + exif.length];
    System.arraycopy(jpeg.bytes(), 0, with, 0, 2);
    System.arraycopy(exif, 0, with, 2, exif.length);
    System.arraycopy(jpeg.bytes(), 2, with, 2 + exif.length, jpeg.bytes().length - 2);
    Optional<byte[]> indexed = maker.withPoints(with, with.length, "exif");
    assertThat(Arrays.copyOfRange(indexed.orElseThrow(), 2, 2 + exif.length)).isEqualTo(exif);
    assertThat(segment(indexed.get())).isGreaterThan(2 + exif.length);
  }

  private static int scan(byte[] bytes) {
    int at = 2;
    while (Frame.shortAt(bytes, at) != 0xffda) {
      at += 2 + Frame.shortAt(bytes, at + 2);
    }
    return at + 2 + Frame.shortAt(bytes, at + 2);
  }

  private void open(Jpeg jpeg) throws CorruptImageException {
    assertThat(decoder.open(jpeg.bytes(), jpeg.bytes().length, jpeg.name()))
        .as(jpeg.name())
        .isTrue();
  }
}
