package io.kitbag.augment.image;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.SampleModel;

/**
 * Copies decoded rasters of any layout into a {@link PixelImage}.
 *
 * <p>Stored values are taken as they are, as Pillow's {@code convert("RGB")} does: no colour
 * profile is applied, grey is repeated, alpha is dropped, and of 16-bit samples the upper byte is
 * kept.
 */
final class RasterPixels {
  private RasterPixels() {}

  static void copy(BufferedImage image, PixelImage target) {
    Raster raster = image.getRaster();
    target.reshape(raster.getWidth(), raster.getHeight());
    if (image.getColorModel() instanceof IndexColorModel palette) {
      copyPalette(raster, palette, target);
    } else if (raster.getSampleModel() instanceof ComponentSampleModel model) {
      copySamples(raster, model, target);
    } else {
      copyPacked(image, target);
    }
  }

  /**
   * Converts the four components of an Adobe JPEG. They are stored inverted; the result is Pillow's
   * CMYK to RGB: R = K − C·K/255 in inverted terms, rounded.
   *
   * @param ycck whether the first three are Y, Cb, Cr of the inverted C, M, Y
   * @param inverted whether an Adobe marker says that the values are inverted
   */
  static void copyCmyk(Raster raster, boolean ycck, boolean inverted, PixelImage target) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    target.reshape(width, height);
    byte[] out = target.pixels();
    int[] row = new int[4 * width];
    for (int y = 0, o = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++) {
        int c = row[4 * x];
        int m = row[4 * x + 1];
        int ye = row[4 * x + 2];
        int k = row[4 * x + 3];
        if (ycck) {
          int cb = m - 128;
          int cr = ye - 128;
          int luma = c;
          // JFIF's YCbCr to RGB in libjpeg's 16-bit fixed point; C, M, Y are its complement.
          c = 255 - clamp(luma + ((91881 * cr + 32768) >> 16));
          m = 255 - clamp(luma + ((-22554 * cb - 46802 * cr + 32768) >> 16));
          ye = 255 - clamp(luma + ((116130 * cb + 32768) >> 16));
        }
        if (inverted) {
          c = 255 - c;
          m = 255 - m;
          ye = 255 - ye;
          k = 255 - k;
        }
        int white = 255 - k;
        out[o++] = (byte) clamp(white - scaled(c, white));
        out[o++] = (byte) clamp(white - scaled(m, white));
        out[o++] = (byte) clamp(white - scaled(ye, white));
      }
    }
  }

  private static void copyPalette(Raster raster, IndexColorModel palette, PixelImage target) {
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    int width = raster.getWidth();
    int[] row = new int[width];
    byte[] out = target.pixels();
    for (int y = 0, o = 0; y < raster.getHeight(); y++) {
      raster.getSamples(0, y, width, 1, 0, row);
      for (int x = 0; x < width; x++, o += 3) {
        putRgb(out, o, row[x] < colours.length ? colours[row[x]] : 0);
      }
    }
  }

  private static void copySamples(Raster raster, ComponentSampleModel model, PixelImage target) {
    int bands = model.getNumBands();
    int green = bands >= 3 ? 1 : 0;
    int blue = bands >= 3 ? 2 : 0;
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] out = target.pixels();
    if (raster.getDataBuffer() instanceof DataBufferByte buffer && buffer.getNumBanks() == 1) {
      byte[] in = buffer.getData();
      int[] offsets = model.getBandOffsets();
      int step = model.getPixelStride();
      for (int y = 0, o = 0; y < height; y++) {
        int i = buffer.getOffset() + y * model.getScanlineStride();
        for (int x = 0; x < width; x++, i += step, o += 3) {
          out[o] = in[i + offsets[0]];
          out[o + 1] = in[i + offsets[green]];
          out[o + 2] = in[i + offsets[blue]];
        }
      }
      return;
    }
    int shift = raster.getDataBuffer().getDataType() == DataBuffer.TYPE_USHORT ? 8 : 0;
    int[] row = new int[bands * width];
    for (int y = 0, o = 0; y < height; y++) {
      raster.getPixels(0, y, width, 1, row);
      for (int x = 0; x < width; x++, o += 3) {
        out[o] = (byte) (row[bands * x] >> shift);
        out[o + 1] = (byte) (row[bands * x + green] >> shift);
        out[o + 2] = (byte) (row[bands * x + blue] >> shift);
      }
    }
  }

  private static void copyPacked(BufferedImage image, PixelImage target) {
    SampleModel model = image.getSampleModel();
    int width = model.getWidth();
    int[] row = new int[width];
    byte[] out = target.pixels();
    for (int y = 0, o = 0; y < image.getHeight(); y++) {
      image.getRGB(0, y, width, 1, row, 0, width);
      for (int x = 0; x < width; x++, o += 3) {
        putRgb(out, o, row[x]);
      }
    }
  }

  private static void putRgb(byte[] out, int at, int rgb) {
    out[at] = (byte) (rgb >> 16);
    out[at + 1] = (byte) (rgb >> 8);
    out[at + 2] = (byte) rgb;
  }

  /** Returns a·b/255, rounded, for bytes. */
  private static int scaled(int a, int b) {
    int product = a * b + 128;
    return ((product >> 8) + product) >> 8;
  }

  private static int clamp(int value) {
    return value < 0 ? 0 : Math.min(value, 255);
  }
}
