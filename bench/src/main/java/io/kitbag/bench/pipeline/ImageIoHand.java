package io.kitbag.bench.pipeline;

import io.kitbag.augment.data.ImageFolder;
import io.kitbag.augment.random.Draws;
import io.kitbag.augment.transform.Rectangle;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** What one thread loads with: the JDK's reader and an image to draw on. Not thread-safe. */
final class ImageIoHand implements AutoCloseable {
  private final ImageFolder photos;
  private final int size;
  private final byte[] planes;
  private final ImageReader reader = jdkReader();
  private final BufferedImage target;
  private final int[] pixels;

  ImageIoHand(ImageFolder photos, int size) {
    this.photos = photos;
    this.size = size;
    this.planes = new byte[3 * size * size];
    this.target = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    this.pixels = ((DataBufferInt) target.getRaster().getDataBuffer()).getData();
  }

  /** Returns red, green and blue of the last image, a plane each. */
  byte[] planes() {
    return planes;
  }

  @Override
  public void close() {
    reader.dispose();
  }

  void load(int index, Draws random) {
    BufferedImage image;
    try {
      image = read(index);
    } catch (IOException e) {
      throw new IllegalStateException(photos.name(index) + ": " + e, e);
    }
    Rectangle cut = Work.crop(size).draw(image.getWidth(), image.getHeight(), random);
    boolean mirrored = Work.flip().draw(random);
    Change.Steps steps = new Change.Steps();
    Work.jitter().draw(random, steps);
    apply(
        new Change(index, cut.x(), cut.y(), cut.width(), cut.height(), mirrored, steps.noted),
        image);
  }

  BufferedImage read(int index) throws IOException {
    byte[] file = Files.readAllBytes(photos.path(index));
    try (MemoryCacheImageInputStream in =
        new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      return reader.read(0);
    }
  }

  void apply(Change change, BufferedImage image) {
    Graphics2D graphics = target.createGraphics();
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    graphics.drawImage(
        image,
        change.mirrored() ? size : 0,
        0,
        change.mirrored() ? 0 : size,
        size,
        change.x(),
        change.y(),
        change.x() + change.width(),
        change.y() + change.height(),
        null);
    graphics.dispose();
    colour(new ColorMatrix(change.steps(), meanGrey()));
  }

  private double meanGrey() {
    long red = 0;
    long green = 0;
    long blue = 0;
    for (int pixel : pixels) {
      red += pixel >> 16 & 0xff;
      green += pixel >> 8 & 0xff;
      blue += pixel & 0xff;
    }
    return (ColorMatrix.RED * red + ColorMatrix.GREEN * green + ColorMatrix.BLUE * blue)
        / pixels.length;
  }

  private void colour(ColorMatrix matrix) {
    for (int channel = 0; channel < 3; channel++) {
      int fromRed = matrix.fixed(channel, 0);
      int fromGreen = matrix.fixed(channel, 1);
      int fromBlue = matrix.fixed(channel, 2);
      int constant = matrix.fixed(channel, 3);
      int at = channel * pixels.length;
      for (int i = 0; i < pixels.length; i++) {
        int pixel = pixels[i];
        int value =
            (fromRed * (pixel >> 16 & 0xff)
                    + fromGreen * (pixel >> 8 & 0xff)
                    + fromBlue * (pixel & 0xff)
                    + constant)
                >> ColorMatrix.BITS;
        planes[at + i] = (byte) (value < 0 ? 0 : value > 255 ? 255 : value);
      }
    }
  }

  private static ImageReader jdkReader() {
    Iterator<ImageReader> found = ImageIO.getImageReadersByFormatName("jpeg");
    while (found.hasNext()) {
      ImageReader reader = found.next();
      if (reader.getClass().getModule() == ImageIO.class.getModule()) {
        return reader;
      }
    }
    throw new IllegalStateException("this Java runtime has no JPEG reader");
  }
}
