package io.kitbag.augment.image;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A mutable 8-bit RGB image whose storage is kept and grows, so that one instance serves a worker
 * for all its samples.
 *
 * <p>Pixels are interleaved R, G, B (0-255), rows top to bottom without padding: channel {@code c}
 * of pixel (x, y) is at {@code 3 * (y * width + x) + c}. A new image is 0×0.
 *
 * <p>A step that cannot work in place writes its result into {@link #draft} and then calls {@link
 * #adoptDraft}; the two storages swap and nothing is allocated once both have grown.
 *
 * <p>Not thread-safe.
 */
public final class PixelImage {
  private byte[] pixels = new byte[0];
  private byte[] draft = new byte[0];
  private int width;
  private int height;
  private int draftWidth;
  private int draftHeight;
  private @Nullable PillowResize resizer;
  private @Nullable PixelImage spare;
  private byte[] table = new byte[0];
  private int[] counts = new int[0];
  private int[] rowSums = new int[0];
  private float[] sums = new float[0];

  /** Makes a 0×0 image. */
  public PixelImage() {}

  /** Returns the width in pixels. */
  public int width() {
    return width;
  }

  /** Returns the height in pixels. */
  public int height() {
    return height;
  }

  /** Returns the number of bytes in use: 3 × width × height. */
  public int length() {
    return 3 * width * height;
  }

  /**
   * Returns the live storage, at least {@link #length()} bytes; valid until the image changes its
   * shape or adopts a draft.
   */
  public byte[] pixels() {
    return pixels;
  }

  /** Returns a channel (0 red, 1 green, 2 blue) of a pixel, 0-255. */
  public int get(int x, int y, int channel) {
    return pixels[3 * (y * width + x) + channel] & 0xff;
  }

  /** Gives the image a new shape; its contents are undefined until written. */
  public void reshape(int newWidth, int newHeight) {
    pixels = grown(pixels, newWidth, newHeight);
    width = newWidth;
    height = newHeight;
  }

  /**
   * Returns second storage for the next contents, laid out for the given shape; its contents are
   * undefined. The image itself stays as it is until {@link #adoptDraft}.
   */
  public byte[] draft(int newWidth, int newHeight) {
    draft = grown(draft, newWidth, newHeight);
    draftWidth = newWidth;
    draftHeight = newHeight;
    return draft;
  }

  /** Makes the last {@link #draft} the contents of this image. */
  public void adoptDraft() {
    byte[] old = pixels;
    pixels = draft;
    draft = old;
    width = draftWidth;
    height = draftHeight;
  }

  /** Makes this image an independent copy of another. */
  public void copyFrom(PixelImage other) {
    reshape(other.width, other.height);
    System.arraycopy(other.pixels, 0, pixels, 0, length());
  }

  /** Returns an image of undefined contents for intermediate results; always the same one. */
  public PixelImage spare() {
    if (spare == null) {
      spare = new PixelImage();
    }
    return spare;
  }

  /** Returns scratch memory for {@link #length()} sums, with undefined contents. */
  public float[] sums() {
    if (sums.length < length()) {
      sums = new float[length()];
    }
    return sums;
  }

  /** Returns scratch memory for a sum per byte of a row, with undefined contents. */
  int[] rowSums() {
    if (rowSums.length < 3 * width) {
      rowSums = new int[3 * width];
    }
    return rowSums;
  }

  /** Returns scratch memory for a table of 256 values, with undefined contents. */
  byte[] table() {
    if (table.length == 0) {
      table = new byte[256];
    }
    return table;
  }

  /** Returns 256 zeros to count with. */
  int[] counts() {
    if (counts.length == 0) {
      counts = new int[256];
    }
    Arrays.fill(counts, 0);
    return counts;
  }

  /** Cuts out the rectangle with its upper left corner at (x, y). */
  public void crop(int x, int y, int cropWidth, int cropHeight) {
    checkInside(x, y, cropWidth, cropHeight, width, height);
    if (cropWidth == width && cropHeight == height) {
      return;
    }
    byte[] target = draft(cropWidth, cropHeight);
    int row = 3 * cropWidth;
    for (int i = 0; i < cropHeight; i++) {
      System.arraycopy(pixels, 3 * ((y + i) * width + x), target, i * row, row);
    }
    adoptDraft();
  }

  /**
   * Cuts out a rectangle and resizes it with Pillow's antialiased bilinear filter, exactly as
   * Pillow's {@code image.crop(...).resize((newWidth, newHeight), BILINEAR)}: nothing outside the
   * rectangle is seen by the filter.
   */
  public void cropAndResize(
      int x, int y, int cropWidth, int cropHeight, int newWidth, int newHeight) {
    checkInside(x, y, cropWidth, cropHeight, width, height);
    if (cropWidth == newWidth && cropHeight == newHeight) {
      crop(x, y, cropWidth, cropHeight);
      return;
    }
    byte[] target = draft(newWidth, newHeight);
    int offset = 3 * (y * width + x);
    resizer()
        .resize(
            new PillowResize.Source(pixels, offset, 3 * width, cropWidth, cropHeight),
            new PillowResize.Box(0, 0, cropWidth, cropHeight),
            target,
            newWidth,
            newHeight);
    adoptDraft();
  }

  /**
   * Resizes the whole image and cuts a rectangle out of the result: the pixels of {@link #resize}
   * and {@link #crop}, of which only those that are kept are computed.
   */
  public void resizeAndCrop(
      int newWidth, int newHeight, int x, int y, int cropWidth, int cropHeight) {
    checkInside(x, y, cropWidth, cropHeight, newWidth, newHeight);
    byte[] target = draft(cropWidth, cropHeight);
    resizer()
        .resize(
            new PillowResize.Source(pixels, 0, 3 * width, width, height),
            new PillowResize.Box(0, 0, width, height),
            target,
            newWidth,
            newHeight,
            new PillowResize.Window(x, y, cropWidth, cropHeight));
    adoptDraft();
  }

  /** Resizes the whole image with Pillow's antialiased bilinear filter. */
  public void resize(int newWidth, int newHeight) {
    cropAndResize(0, 0, width, height, newWidth, newHeight);
  }

  private PillowResize resizer() {
    if (resizer == null) {
      resizer = new PillowResize();
    }
    return resizer;
  }

  private static void checkInside(
      int x, int y, int cropWidth, int cropHeight, int width, int height) {
    if (x < 0
        || y < 0
        || cropWidth < 1
        || cropHeight < 1
        || cropWidth > width - x
        || cropHeight > height - y) {
      throw new IllegalArgumentException(
          String.format(
              "rectangle %dx%d at (%d, %d) is not inside the %dx%d image",
              cropWidth, cropHeight, x, y, width, height));
    }
  }

  private static byte[] grown(byte[] storage, int width, int height) {
    if (width < 1 || height < 1) {
      throw new IllegalArgumentException(
          "an image needs at least one pixel, not " + width + "x" + height);
    }
    int length = Math.multiplyExact(3, Math.multiplyExact(width, height));
    return storage.length >= length
        ? storage
        // Sizes differ from image to image: with some room to spare growing soon ends.
        : new byte[Math.max(length, storage.length + storage.length / 2)];
  }
}
