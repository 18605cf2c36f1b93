package io.kitbag.augment.pack;

import io.kitbag.augment.image.PixelImage;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Writes baseline JPEGs with the JDK's encoder: 4:2:0, libjpeg's quality scale, whatever other
 * plug-ins are there. Not thread-safe.
 */
public final class JpegEncoder {
  /** The most pixels of a side that libjpeg writes. */
  static final int MAX_SIDE = 65500;

  private static final int[] RGB = {0, 1, 2};

  private final ImageWriter writer = jdkWriter();
  private final ImageWriteParam parameters;
  private final ComponentColorModel colours =
      new ComponentColorModel(
          ColorSpace.getInstance(ColorSpace.CS_sRGB),
          false,
          false,
          ComponentColorModel.OPAQUE,
          DataBuffer.TYPE_BYTE);

  /** Makes the encoder of a quality from 1 to 100. */
  public JpegEncoder(int quality) {
    parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality(quality / 100f);
    parameters.setProgressiveMode(ImageWriteParam.MODE_DISABLED);
  }

  /** Returns the file of an image, a new array. */
  public byte[] encode(PixelImage image) {
    int width = image.width();
    int height = image.height();
    WritableRaster raster =
        Raster.createInterleavedRaster(
            new DataBufferByte(image.pixels(), image.length()),
            width,
            height,
            3 * width,
            3,
            RGB,
            null);
    BufferedImage picture = new BufferedImage(colours, raster, false, null);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), parameters);
      out.flush();
    } catch (IOException e) {
      throw new IllegalStateException(
          "a JPEG of " + width + "x" + height + " pixels cannot be written: " + e.getMessage(), e);
    }
    return bytes.toByteArray();
  }

  private static ImageWriter jdkWriter() {
    Iterator<ImageWriter> found = ImageIO.getImageWritersByFormatName("jpeg");
    while (found.hasNext()) {
      ImageWriter writer = found.next();
      if (writer.getClass().getModule() == ImageIO.class.getModule()) {
        return writer;
      }
    }
    throw new IllegalStateException(
        "this Java runtime has no JPEG writer; use one with the module java.desktop");
  }
}
