package io.kitbag.augment.pack;

import io.kitbag.augment.CorruptImage;
import io.kitbag.augment.data.DatasetException;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.data.ShardIndex;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.pack.ImagePacker.Packed;
import io.kitbag.augment.random.Draws;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Writes data sets as WebDataset tar files of small JPEGs: {@code train-000000.tar} with {@code
 * train-000000.tar.index} beside it, and {@code classes.txt}.
 *
 * <p>Training images are packed in a random order, always the same, so that a part of a file is a
 * mixture of the classes. The same data and settings give the same bytes, whatever the number of
 * workers, and with interruptions. A tar file that is there with an intact index is not written
 * again; {@code pack.json} holds the settings and a digest of the images' names and labels, and
 * files of other settings or other data are never mixed.
 */
public final class Packer {
  private static final long ORDER = Draws.purpose("pack order");
  private static final int IN_FLIGHT_PER_WORKER = 8;

  private final PackFolder folder;
  private final PackSettings settings;
  private final PackListener listener;
  private long done;

  /** Writes into a folder, which is made if need be. */
  public Packer(Path folder, PackSettings settings, PackListener listener) {
    this.folder = new PackFolder(folder, settings);
    this.settings = settings;
    this.listener = listener;
  }

  /**
   * A part of a data set.
   *
   * @param name of its files, such as {@code train}
   * @param images what it holds
   * @param shuffled whether they are packed in a random order
   */
  public record Part(String name, ImageDataset images, boolean shuffled) {}

  /** What became of an image. */
  private record Outcome(
      int index, @Nullable Packed packed, @Nullable CorruptImageException failure) {}

  /**
   * Packs the parts of a data set, or what an earlier run left to do.
   *
   * @throws DatasetException if the folder holds a pack of other data or settings, or anything else
   *     in it is in the way
   * @throws IOException if a file cannot be written
   */
  public PackResult pack(List<Part> parts) throws IOException {
    folder.begin(parts);
    ExecutorService workers = Executors.newFixedThreadPool(settings.workers(), daemons());
    try {
      PackResult result = new PackResult(0, 0, 0, 0, 0);
      for (Part part : parts) {
        result = result.plus(pack(part, workers));
      }
      return result;
    } finally {
      workers.shutdownNow();
    }
  }

  private PackResult pack(Part part, ExecutorService workers) throws IOException {
    ImageDataset images = part.images();
    int[] order =
        part.shuffled()
            ? Draws.keyed(0, ORDER, 0, 0).permutation(images.size())
            : IntStream.range(0, images.size()).toArray();
    ThreadLocal<ImagePacker> packers =
        ThreadLocal.withInitial(() -> new ImagePacker(images, settings));
    PackResult result = new PackResult(0, 0, 0, 0, 0);
    int shardSize = Math.min(settings.shardSize(), order.length);
    for (int from = 0, shard = 0; from < order.length; from += shardSize, shard++) {
      int to = from + Math.min(shardSize, order.length - from);
      Path tar = folder.tar(part, shard);
      OptionalInt there = ShardIndex.sizeIfIntact(tar);
      int packed;
      if (there.isPresent()) {
        packed = there.getAsInt();
        done += to - from;
        listener.advance(done);
      } else {
        packed = write(tar, images, order, from, to, packers, workers);
      }
      result =
          result.plus(
              new PackResult(
                  packed, to - from - packed, 1, there.isPresent() ? 1 : 0, Files.size(tar)));
    }
    return result;
  }

  private int write(
      Path tar,
      ImageDataset images,
      int[] order,
      int from,
      int to,
      ThreadLocal<ImagePacker> packers,
      ExecutorService workers)
      throws IOException {
    int packed = 0;
    Deque<Future<Outcome>> inFlight = new ArrayDeque<>();
    try (ShardWriter out = new ShardWriter(tar)) {
      int next = from;
      for (int place = from; place < to; place++) {
        while (next < to && inFlight.size() < IN_FLIGHT_PER_WORKER * settings.workers()) {
          int index = order[next++];
          inFlight.add(workers.submit(() -> outcome(packers.get(), index)));
        }
        Outcome outcome = await(inFlight.remove());
        if (outcome.packed != null) {
          String label = Integer.toString(images.label(outcome.index));
          out.add(String.format(Locale.ROOT, "%09d", place), label, outcome.packed);
          packed++;
        } else if (outcome.failure != null) {
          CorruptImageException failure = outcome.failure;
          listener.leftOut(new CorruptImage(outcome.index, failure.image(), failure.reason()));
        }
        listener.advance(++done);
      }
      if (packed == 0) {
        throw new DatasetException(
            "none of the %d images for %s can be read, the first is %s"
                .formatted(to - from, tar, images.name(order[from])));
      }
      out.finish();
    } finally {
      inFlight.forEach(each -> each.cancel(false));
    }
    return packed;
  }

  private static Outcome outcome(ImagePacker packer, int index) {
    try {
      return new Outcome(index, packer.pack(index), null);
    } catch (CorruptImageException e) {
      return new Outcome(index, null, e);
    }
  }

  private static Outcome await(Future<Outcome> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("an image cannot be packed: " + e.getCause(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while packing", e);
    }
  }

  private static ThreadFactory daemons() {
    return task -> {
      Thread thread = new Thread(task, "kitbag-pack");
      thread.setDaemon(true);
      return thread;
    };
  }
}
