package io.kitbag.augment.internal.jpeg;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import java.util.Arrays;

/**
 * Decodes the part of a JPEG that is wanted.
 *
 * <p>{@link #open} reads the header, then one call of {@link #decodePlanes} or {@link #decodeRgb}
 * decodes a rectangle. What lies outside it is only parsed; what lies below it is not looked at, so
 * damage there goes unnoticed. Baseline, extended sequential and progressive files are supported,
 * with 8-bit samples, Huffman coding, grey or three components, any sampling factors whose ratios
 * are whole numbers, and restart intervals. In files with {@link SeekPoints} most of what lies
 * outside is not even parsed.
 *
 * <p>Limits against forged files: pixels, blocks times scans, and as many bytes as the blocks must
 * have at least; memory is only taken after these checks. Everything that is wrong with a file is
 * one {@link CorruptImageException}.
 *
 * <p>Scratch memory is kept between images. Not thread-safe.
 */
public final class JpegDecoder {
  /** The scaled sizes: a block of 8×8 samples becomes one of 8, 4, 2 or 1. */
  public static final int MAX_SHIFT = 3;

  /** Enough for the ten-odd scans of real files at the default limit of pixels. */
  private static final long MAX_BLOCK_VISITS = 1L << 26;

  private static final int MAX_SCANS = 1000;
  private static final long KEPT_COEFFICIENTS = 1L << 24;

  private final JpegSegments file;
  private final Frame frame;
  private final BlockWriter writer = new BlockWriter();
  private final SequentialBlocks sequential;
  private final ProgressiveBlocks progressive;
  private final RgbConversion conversion = new RgbConversion();

  private String name = "";
  private boolean open;

  /**
   * Makes a decoder.
   *
   * @param maxPixels the most pixels an image may have
   */
  public JpegDecoder(long maxPixels) {
    file = new JpegSegments(maxPixels);
    frame = file.frame;
    sequential = new SequentialBlocks(file.scan.reader, writer);
    progressive = new ProgressiveBlocks(file.scan, writer);
  }

  /**
   * Reads a file's header.
   *
   * @param bytes the file from the array's start; must stay as it is until it has been decoded
   * @param length the file's length
   * @param imageName how messages name the image
   * @return false if this is a JPEG of a kind that this decoder does not know
   * @throws CorruptImageException if it is damaged or too large
   */
  public boolean open(byte[] bytes, int length, String imageName) throws CorruptImageException {
    name = imageName;
    open = false;
    try {
      open = file.open(bytes, length);
      return open;
    } catch (JpegDamage e) {
      throw e.in(name);
    }
  }

  /** Returns the width of the open image in pixels. */
  public int width() {
    return frame.width;
  }

  /** Returns the height of the open image in pixels. */
  public int height() {
    return frame.height;
  }

  /** Returns the number of components of the open image: 1 (grey) or 3. */
  public int components() {
    return frame.componentCount;
  }

  /** Tells whether the components are red, green, blue, not luma and two of chroma. */
  public boolean isRgb() {
    return frame.isRgb();
  }

  /** Tells whether there is no chroma, or its two components have the same resolution. */
  boolean chromaMatches() {
    Component[] all = frame.components;
    return frame.componentCount == 1
        || all[1].across == all[2].across && all[1].down == all[2].down;
  }

  /** Returns a component as the last decoding left it. */
  public JpegPlane plane(int component) {
    if (component < 0 || component >= frame.componentCount) {
      throw new IndexOutOfBoundsException(component);
    }
    return frame.components[component].plane;
  }

  /**
   * Decodes the components of a rectangle, given in pixels of the whole image, into their planes.
   *
   * @param shift 0 for full size, 1 to 3 for a half, a quarter, an eighth of it in each direction
   */
  public void decodePlanes(int x, int y, int width, int height, int shift)
      throws CorruptImageException {
    checkPart(x, y, width, height);
    if (shift < 0 || shift > MAX_SHIFT) {
      throw new IllegalArgumentException("shift=" + shift + " is not in 0 … " + MAX_SHIFT);
    }
    open = false;
    try {
      writer.scale(shift);
      layOut(x, y, width, height, shift);
      readScans(y + height == frame.height);
    } catch (JpegDamage e) {
      throw e.in(name);
    }
  }

  /**
   * Decodes a rectangle to RGB, with libjpeg's "fancy" interpolation of chroma: the pixels are
   * those of Pillow's {@code Image.open(...).convert("RGB").crop(...)}.
   *
   * @param target becomes {@code width}×{@code height} pixels
   */
  public void decodeRgb(int x, int y, int width, int height, PixelImage target)
      throws CorruptImageException {
    checkPart(x, y, width, height);
    // One more sample of chroma on each side is what its interpolation sees.
    int left = Math.max(0, x - 2);
    int top = Math.max(0, y - 2);
    int right = Math.min(frame.width, x + width + 2);
    int bottom = Math.min(frame.height, y + height + 2);
    decodePlanes(left, top, right - left, bottom - top, 0);
    target.reshape(width, height);
    conversion.convert(frame, x, y, target);
  }

  private void checkPart(int x, int y, int width, int height) {
    if (!open) {
      throw new IllegalStateException("open an image first; it can be decoded once");
    }
    if (x < 0
        || y < 0
        || width < 1
        || height < 1
        || width > frame.width - x
        || height > frame.height - y) {
      throw new IllegalArgumentException(
          String.format(
              "rectangle %dx%d at (%d, %d) does not fit the %dx%d image",
              width, height, x, y, frame.width, frame.height));
    }
  }

  private void layOut(int x, int y, int width, int height, int shift) throws JpegDamage {
    int across = 8 * frame.mostAcross;
    int down = 8 * frame.mostDown;
    long blocks = 0;
    for (int i = 0; i < frame.componentCount; i++) {
      Component c = frame.components[i];
      c.firstColumn = x / across * c.across;
      c.endColumn = Component.ceilDivide((long) x + width, across) * c.across;
      c.firstRow = y / down * c.down;
      c.endRow = Component.ceilDivide((long) y + height, down) * c.down;
      blocks += (long) c.blocksAcross * Math.min(c.endRow, c.blocksDown);
    }
    // A block takes two bits at least, and one in a progressive file's first scan.
    if (file.bytesLeft() * 8L < blocks * (frame.progressive ? 1 : 2)) {
      throw new JpegDamage("it is truncated");
    }
    int size = 8 >> shift;
    for (int i = 0; i < frame.componentCount; i++) {
      Component c = frame.components[i];
      c.plane.describe(
          Component.ceilDivide(c.width, 1L << shift),
          Component.ceilDivide(c.height, 1L << shift),
          (double) c.across / frame.mostAcross / (1 << shift),
          (double) c.down / frame.mostDown / (1 << shift));
      c.plane.allocate(
          c.firstColumn * size,
          c.firstRow * size,
          (c.endColumn - c.firstColumn) * size,
          (c.endRow - c.firstRow) * size,
          shift > 1);
      if (frame.progressive) {
        int needed = Math.multiplyExact(64 * c.paddedAcross, Math.min(c.endRow, c.paddedDown));
        if (c.coefficients.length < needed) {
          c.coefficients = new short[needed];
        } else {
          Arrays.fill(c.coefficients, 0, needed, (short) 0);
        }
      }
    }
  }

  private void readScans(boolean toTheBottom) throws JpegDamage {
    long visits = 0;
    int scans = 0;
    int missing = frame.componentCount;
    do {
      if (++scans > MAX_SCANS || visits > MAX_BLOCK_VISITS) {
        throw new JpegDamage("it has too many scans");
      }
      if (frame.progressive) {
        file.readScan(progressive);
      } else {
        file.readNeeded(sequential);
      }
      for (int i = 0; i < file.scan.count; i++) {
        Component component = file.scan.components[i];
        visits += (long) component.blocksAcross * component.blocksDown;
        missing -= component.seen ? 0 : 1;
        component.seen = true;
      }
      if (!frame.progressive && missing == 0) {
        writer.flush();
        if (toTheBottom && !file.hasMarker()) {
          throw new JpegDamage("it is truncated");
        }
        return;
      }
    } while (file.readToScan());
    if (missing > 0) {
      throw new JpegDamage("it ends before all of its components came");
    }
    for (int i = 0; i < frame.componentCount; i++) {
      Component component = frame.components[i];
      progressive.finish(component);
      if (component.coefficients.length > KEPT_COEFFICIENTS) {
        component.coefficients = new short[0];
      }
    }
    writer.flush();
  }
}
