package io.kitbag.augment.image;

import io.kitbag.augment.internal.jpeg.JpegDecoder;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/**
 * Decodes JPEG, PNG, BMP and GIF (first frame, at its place) files to 8-bit RGB.
 *
 * <p>JPEGs of one or three 8-bit components, which is nearly all, are decoded here, to the very
 * pixels of Pillow; all else goes through the JDK's own readers.
 *
 * <p>The format is told from the first bytes, not from the file's name, and the reader is the
 * JDK's, whatever other plug-ins are on the class path, so pixels do not depend on it. Grey is
 * repeated, palettes are looked up, alpha is dropped without blending, of 16-bit samples the upper
 * byte is kept, CMYK and YCCK become RGB as in Pillow; colour profiles and the EXIF orientation are
 * not applied, as in Pillow and torchvision.
 *
 * <p>Whatever goes wrong is one {@link CorruptImageException}. A JPEG that ends early or whose
 * entropy-coded data is damaged is corrupt, though a lenient reader would fill the rest with grey.
 *
 * <p>Readers and buffers are kept between calls: use one instance per thread, not one per image.
 * Not thread-safe.
 */
public final class ImageDecoder {
  /**
   * The most pixels an image may have by default: 64 Mi, above every camera photograph of ImageNet
   * and below what a forged header can ask of the heap.
   */
  public static final long DEFAULT_MAX_PIXELS = 64L << 20;

  private final long maxPixels;
  private final JpegDecoder jpeg;
  private final Map<ImageFormat, ImageReader> readers = new EnumMap<>(ImageFormat.class);
  private final EncodedImage file = new EncodedImage();

  /** Makes a decoder that refuses images of more than {@link #DEFAULT_MAX_PIXELS}. */
  public ImageDecoder() {
    this(DEFAULT_MAX_PIXELS);
  }

  /**
   * Makes a decoder with a limit of its own.
   *
   * @param maxPixels the most pixels, width × height, checked in the header before decoding
   */
  public ImageDecoder(long maxPixels) {
    if (maxPixels < 1) {
      throw new IllegalArgumentException("maxPixels=" + maxPixels + " must be positive");
    }
    this.maxPixels = maxPixels;
    this.jpeg = new JpegDecoder(maxPixels);
  }

  /**
   * Reads and decodes a file.
   *
   * @param name how messages name the image
   * @throws CorruptImageException if the file cannot be read or decoded; the target is then
   *     undefined
   */
  public void decode(Path path, String name, PixelImage target) throws CorruptImageException {
    try (InputStream in = Files.newInputStream(path)) {
      file.read(in);
    } catch (NoSuchFileException e) {
      throw new CorruptImageException(name, "the file is gone", e);
    } catch (IOException e) {
      throw new CorruptImageException(name, "the file cannot be read: " + e.getMessage(), e);
    }
    decode(file.bytes(), file.length(), name, target);
  }

  /**
   * Decodes the bytes of a file.
   *
   * @param bytes the file, from the array's start; not kept
   * @param length its length in bytes
   * @param name how messages name the image
   * @throws CorruptImageException if the bytes cannot be decoded; the target is then undefined
   */
  public void decode(byte[] bytes, int length, String name, PixelImage target)
      throws CorruptImageException {
    if (length == 0) {
      throw new CorruptImageException(name, "the file is empty");
    }
    ImageFormat format = ImageFormat.of(bytes, length);
    if (format == null) {
      throw new CorruptImageException(
          name,
          "the file is not a JPEG, PNG, BMP, GIF or WebP: it starts with " + start(bytes, length));
    }
    if (format == ImageFormat.JPEG && jpeg.open(bytes, length, name)) {
      jpeg.decodeRgb(0, 0, jpeg.width(), jpeg.height(), target);
      return;
    }
    boolean decoded = false;
    try {
      read(format, new ByteArrayImageInput(bytes, length), name, target);
      decoded = true;
    } catch (IOException | RuntimeException e) {
      throw new CorruptImageException(
          name, "the " + format + " cannot be decoded: " + reason(e), e);
    } finally {
      if (!decoded) {
        ImageReader broken = readers.remove(format);
        if (broken != null) {
          broken.dispose();
        }
      }
    }
  }

  /** Tells from its first bytes whether a file is a JPEG. */
  public static boolean isJpeg(byte[] bytes, int length) {
    return ImageFormat.of(bytes, length) == ImageFormat.JPEG;
  }

  private void read(ImageFormat format, ByteArrayImageInput input, String name, PixelImage target)
      throws IOException, CorruptImageException {
    ImageReader reader = readers.computeIfAbsent(format, ImageDecoder::reader);
    DamageListener damage = new DamageListener();
    // Seeking back is needed by some readers; metadata is not, but the GIF palette is part of it.
    reader.setInput(input, false, format != ImageFormat.GIF);
    reader.addIIOReadWarningListener(damage);
    GifScreen screen = format == ImageFormat.GIF ? GifScreen.find(input) : null;
    int width = screen == null ? reader.getWidth(0) : screen.width();
    int height = screen == null ? reader.getHeight(0) : screen.height();
    if ((long) width * height > maxPixels) {
      throw new CorruptImageException(
          name, String.format("%dx%d pixels exceed the limit of %d", width, height, maxPixels));
    }
    AdobeMarker adobe = format == ImageFormat.JPEG ? AdobeMarker.find(input) : AdobeMarker.ABSENT;
    if (adobe.components() == 4) {
      RasterPixels.copyCmyk(reader.readRaster(0, null), adobe.isYcck(), adobe.present(), target);
    } else {
      BufferedImage image = reader.read(0);
      RasterPixels.copy(image, target);
      if (screen != null) {
        screen.surround(target, (IndexColorModel) image.getColorModel());
      }
    }
    reader.reset();
    if (damage.message() != null) {
      throw new CorruptImageException(name, "the " + format + " is damaged: " + damage.message());
    }
    if (format == ImageFormat.JPEG && input.exhausted()) {
      throw new CorruptImageException(name, "the JPEG is truncated");
    }
  }

  private static ImageReader reader(ImageFormat format) {
    Iterator<ImageReader> found =
        ImageIO.getImageReadersByFormatName(format.name().toLowerCase(Locale.ROOT));
    if (format == ImageFormat.WEBP) {
      if (found.hasNext()) {
        return found.next();
      }
      throw new IllegalStateException("no ImageIO plug-in for it is on the path, see docs/data.md");
    }
    while (found.hasNext()) {
      ImageReader reader = found.next();
      if (reader.getClass().getModule() == ImageIO.class.getModule()) {
        return reader;
      }
    }
    throw new IllegalStateException(
        "this Java runtime has no " + format + " reader; use one with the module java.desktop");
  }

  private static String reason(Exception e) {
    @Nullable String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private static String start(byte[] bytes, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(4, length); i++) {
      text.append(String.format("%02x", bytes[i]));
    }
    return text.toString();
  }
}
