package io.kitbag.augment.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Expectations are those of Pillow 12.2 and 13.0 for the same bytes. */
class GifScreenTest {
  private static final int[] PALETTE = {0xc80a14, 0x1edc28, 0x323cf0, 0xffff00};
  private static final int CLEAR = 4;
  private static final int END = 5;

  private final PixelImage image = new PixelImage();

  @Test
  void theFirstFrameLiesAtItsPlaceOnTheScreen() throws CorruptImageException {
    decode(gif(12, 10, 2, 1, 9, 7, -1));
    assertShows(12, 10, 2, 1, 9, 7, PALETTE[0]);
    decode(gif(9, 7, 0, 0, 9, 7, -1));
    assertShows(9, 7, 0, 0, 9, 7, PALETTE[0]);
  }

  @Test
  void aroundAFrameWithATransparentColourIsThatColour() throws CorruptImageException {
    decode(gif(12, 10, 2, 1, 9, 7, 2));
    assertShows(12, 10, 2, 1, 9, 7, PALETTE[2]);
  }

  @Test
  void theScreenGrowsWithItsFrame() throws CorruptImageException {
    decode(gif(5, 5, 0, 0, 9, 7, -1));
    assertShows(9, 7, 0, 0, 9, 7, PALETTE[0]);
    decode(gif(5, 9, 3, 0, 9, 7, -1));
    assertShows(12, 9, 3, 0, 9, 7, PALETTE[0]);
  }

  @Test
  void theScreenCountsAgainstTheLimitOfPixels() {
    assertThatExceptionOfType(CorruptImageException.class)
        .isThrownBy(() -> decode(gif(65535, 65535, 2, 1, 9, 7, -1)))
        .withMessageContaining("65535x65535 pixels exceed the limit");
  }

  private void decode(byte[] file) throws CorruptImageException {
    new ImageDecoder().decode(file, file.length, "x.gif", image);
  }

  private void assertShows(int w, int h, int left, int top, int width, int height, int around) {
    assertThat(List.of(image.width(), image.height())).containsExactly(w, h);
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        boolean inside = x >= left && x < left + width && y >= top && y < top + height;
        int expected = inside ? PALETTE[place(x - left, y - top, width)] : around;
        int actual = image.get(x, y, 0) << 16 | image.get(x, y, 1) << 8 | image.get(x, y, 2);
        assertThat(actual).as("(%d, %d)", x, y).isEqualTo(expected);
      }
    }
  }

  private static int place(int x, int y, int width) {
    return (7 * (y * width + x) + y) % PALETTE.length;
  }

  /** A GIF whose codes are cleared so often that all of them have three bits. */
  private static byte[] gif(
      int screenWidth,
      int screenHeight,
      int left,
      int top,
      int width,
      int height,
      int transparent) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {'G', 'I', 'F', '8', '9', 'a'});
    shorts(out, screenWidth, screenHeight);
    out.writeBytes(new byte[] {(byte) 0x91, 1, 0});
    for (int colour : PALETTE) {
      out.write(colour >> 16);
      out.write(colour >> 8);
      out.write(colour);
    }
    if (transparent >= 0) {
      out.writeBytes(new byte[] {0x21, (byte) 0xf9, 4, 1, 0, 0, (byte) transparent, 0});
    }
    out.write(0x2c);
    shorts(out, left, top, width, height);
    out.writeBytes(new byte[] {0, 2});
    byte[] codes = codes(width, height);
    out.write(codes.length);
    out.writeBytes(codes);
    out.writeBytes(new byte[] {0, 0x3b});
    return out.toByteArray();
  }

  private static byte[] codes(int width, int height) {
    List<Integer> codes = new ArrayList<>();
    for (int i = 0; i < width * height; i++) {
      if (i % 2 == 0) {
        codes.add(CLEAR);
      }
      codes.add(place(i % width, i / width, width));
    }
    codes.add(END);
    byte[] bytes = new byte[(3 * codes.size() + 7) / 8];
    for (int bit = 0; bit < 3 * codes.size(); bit++) {
      bytes[bit / 8] |= (byte) ((codes.get(bit / 3) >> bit % 3 & 1) << bit % 8);
    }
    return bytes;
  }

  private static void shorts(ByteArrayOutputStream out, int... values) {
    for (int value : values) {
      out.write(value);
      out.write(value >> 8);
    }
  }
}
