package io.kitbag.augment.image;

import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.ByteOrder;

/**
 * The picture that a GIF shows first: its first frame at its place on the screen, which may be
 * larger. The JDK reads the frame alone.
 *
 * <p>As in Pillow, the screen grows with a frame that leaves it, and what the frame does not cover
 * has the transparent colour if there is one, else the palette's first.
 *
 * @param width of the screen
 * @param height of the screen
 * @param left column of the screen where the frame begins
 * @param top row of the screen where the frame begins
 * @param background place in the palette of what the frame does not cover
 */
record GifScreen(int width, int height, int left, int top, int background) {
  private static final int HEADER_BYTES = 6;
  private static final int TABLE = 0x80;
  private static final int EXTENSION = 0x21;
  private static final int CONTROL = 0xf9;
  private static final int FRAME = 0x2c;

  /** Walks the blocks up to the first frame; leaves the stream where it was. */
  static GifScreen find(ByteArrayImageInput input) throws IOException {
    long position = input.getStreamPosition();
    input.setByteOrder(ByteOrder.LITTLE_ENDIAN);
    input.seek(HEADER_BYTES);
    int width = input.readUnsignedShort();
    int height = input.readUnsignedShort();
    int flags = input.readUnsignedByte();
    input.skipBytes(2 + ((flags & TABLE) == 0 ? 0 : 3 * (2 << (flags & 7))));
    int background = 0;
    int block = input.readUnsignedByte();
    for (; block == EXTENSION; block = input.readUnsignedByte()) {
      boolean control = input.readUnsignedByte() == CONTROL;
      for (int size = input.readUnsignedByte(); size > 0; size = input.readUnsignedByte()) {
        long next = input.getStreamPosition() + size;
        if (control && size >= 4) {
          boolean transparent = (input.readUnsignedByte() & 1) == 1;
          input.skipBytes(2);
          background = transparent ? input.readUnsignedByte() : 0;
        }
        input.seek(next);
      }
    }
    if (block != FRAME) {
      throw new IOException("it has a block of kind " + block + " before its first frame");
    }
    int left = input.readUnsignedShort();
    int top = input.readUnsignedShort();
    int right = left + input.readUnsignedShort();
    int bottom = top + input.readUnsignedShort();
    input.seek(position);
    return new GifScreen(Math.max(width, right), Math.max(height, bottom), left, top, background);
  }

  /** Makes an image that is the frame the whole screen. */
  void surround(PixelImage frame, IndexColorModel palette) {
    if (frame.width() == width && frame.height() == height) {
      return;
    }
    int colour = background < palette.getMapSize() ? palette.getRGB(background) : 0;
    byte[] pixels = frame.draft(width, height);
    for (int i = 0; i < 3 * width * height; i += 3) {
      pixels[i] = (byte) (colour >> 16);
      pixels[i + 1] = (byte) (colour >> 8);
      pixels[i + 2] = (byte) colour;
    }
    int row = 3 * frame.width();
    for (int y = 0; y < frame.height(); y++) {
      System.arraycopy(frame.pixels(), y * row, pixels, 3 * ((top + y) * width + left), row);
    }
    frame.adoptDraft();
  }
}
