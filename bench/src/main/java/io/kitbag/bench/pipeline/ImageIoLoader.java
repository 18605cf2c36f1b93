package io.kitbag.bench.pipeline;

import io.kitbag.augment.data.ImageFolder;
import io.kitbag.augment.random.Draws;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
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
    ImageIoHand hand = new ImageIoHand(photos, setting.size());
    ByteBuffer batch = ByteBuffer.allocateDirect(setting.batch() * hand.planes().length);
    for (int from = next.getAndAdd(setting.batch());
        from < indices.length;
        from = next.getAndAdd(setting.batch())) {
      for (int i = from; i < Math.min(indices.length, from + setting.batch()); i++) {
        if (count != null) {
          count.image();
        }
        Draws random = Draws.keyed(setting.seed(), CHANGES, epoch, i);
        hand.load(indices[i], random);
        batch.put((i - from) * hand.planes().length, hand.planes());
      }
    }
    hand.close();
  }

  @Override
  public byte[] sample(List<Change> changes) throws IOException {
    ImageIoHand hand = new ImageIoHand(photos, setting.size());
    byte[] pixels = new byte[Math.multiplyExact(changes.size(), hand.planes().length)];
    for (int i = 0; i < changes.size(); i++) {
      hand.apply(changes.get(i), hand.read(changes.get(i).index()));
      System.arraycopy(hand.planes(), 0, pixels, i * hand.planes().length, hand.planes().length);
    }
    hand.close();
    return pixels;
  }

  @Override
  public void close() {
    // Threads end with each load.
  }
}
