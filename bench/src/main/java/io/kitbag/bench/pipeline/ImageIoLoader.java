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
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;
import org.jspecify.annotations.Nullable;

/**
 * What the JDK brings along, used well: its JPEG reader, kept from image to image; a crop, resize
 * and mirroring in one bilinear {@code drawImage}; all changes of colour in one pass.
 */
final class ImageIoLoader implements Loader {
  private static final long CHANGES = Draws.purpose("bench changes");

  private final LoaderSetting setting;
  private final ImageFolder photos;
  private int epoch;

  ImageIoLoader(LoaderSetting setting) {
    this.setting = setting;
    this.photos = ImageFolder.of(Path.of(setting.photos()));
  }

  @Override
  public String versions() {
    return "%s %s %s"
        .formatted(
            System.getProperty("java.vm.vendor"),
            System.getProperty("java.vm.name"),
            Runtime.version());
  }

  @Override
  public void load(int workers, int images) {
    load(workers, images, null);
  }

  @Override
  public long allocation(int images) {
    HeapCount count = new HeapCount();
    load(1, images, count);
    return count.bytesPerImage();
  }

  private void load(int workers, int images, @Nullable HeapCount count) {
    int[] indices = new Cycled(photos.size(), images).order(epoch++);
    AtomicInteger next = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(workers);
    try {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < workers; i++) {
        ends.add(threads.submit(() -> work(indices, next, count)));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("an image cannot be loaded: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while loading", e);
    } finally {
      threads.shutdownNow();
    }
  }

  private void work(int[] indices, AtomicInteger next, @Nullable HeapCount count) {
    Hand hand = new Hand();
    ByteBuffer batch = ByteBuffer.allocateDirect(setting.batch() * hand.planes.length);
    for (int from = next.getAndAdd(setting.batch());
        from < indices.length;
        from = next.getAndAdd(setting.batch())) {
      for (int i = from; i < Math.min(indices.length, from + setting.batch()); i++) {
        if (count != null) {
          count.image();
        }
        Draws random = Draws.keyed(setting.seed(), CHANGES, epoch, i);
        hand.load(indices[i], random);
        batch.put((i - from) * hand.planes.length, hand.planes);
      }
    }
    hand.reader.dispose();
  }

  @Override
  public byte[] sample(List<Change> changes) throws IOException {
    Hand hand = new Hand();
    byte[] pixels = new byte[Math.multiplyExact(changes.size(), hand.planes.length)];
    for (int i = 0; i < changes.size(); i++) {
      hand.apply(changes.get(i), hand.read(changes.get(i).index()));
      System.arraycopy(hand.planes, 0, pixels, i * hand.planes.length, hand.planes.length);
    }
    hand.reader.dispose();
    return pixels;
  }

  @Override
  public void close() {
    // Threads end with each load.
  }

  /** What one thread loads with. */
  private final class Hand {
    final byte[] planes = new byte[3 * setting.size() * setting.size()];
    final ImageReader reader = jdkReader();
    private final BufferedImage target =
        new BufferedImage(setting.size(), setting.size(), BufferedImage.TYPE_INT_RGB);
    private final int[] pixels = ((DataBufferInt) target.getRaster().getDataBuffer()).getData();

    void load(int index, Draws random) {
      BufferedImage image;
      try {
        image = read(index);
      } catch (IOException e) {
        throw new IllegalStateException(photos.name(index) + ": " + e, e);
      }
      Rectangle cut = Work.crop(setting.size()).draw(image.getWidth(), image.getHeight(), random);
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
      int size = setting.size();
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
