package io.kitbag.augment.pack;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import io.kitbag.augment.CorruptImage;
import io.kitbag.augment.data.DatasetException;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.data.ShardIndex;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.pack.ImagePacker.Packed;
import io.kitbag.augment.random.Draws;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
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

  private final Path folder;
  private final PackSettings settings;
  private final PackListener listener;
  private long done;

  /** Writes into a folder, which is made if need be. */
  public Packer(Path folder, PackSettings settings, PackListener listener) {
    this.folder = folder;
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
    Files.createDirectories(folder);
    begin(parts);
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
      Path tar = tar(part, shard);
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

  /** Checks or writes what makes the pack what it is, and removes what an interrupted run left. */
  private void begin(List<Part> parts) throws IOException {
    Path description = folder.resolve("pack.json");
    String now = description(parts);
    if (Files.exists(description)) {
      if (!Files.readString(description).equals(now)) {
        throw new DatasetException(
            folder
                + " holds a pack of other images or settings (see its pack.json); choose another"
                + " folder, or delete it");
      }
    } else if (!isEmpty()) {
      throw new DatasetException(
          folder + " holds other files; packed images need a folder of their own");
    }
    for (Part part : parts) {
      for (int i = 0; (long) i * settings.shardSize() < part.images().size(); i++) {
        Path tar = tar(part, i);
        Files.deleteIfExists(ShardWriter.temporary(tar));
        Files.deleteIfExists(ShardWriter.temporary(ShardIndex.of(tar)));
      }
    }
    Files.writeString(folder.resolve("classes.txt"), classes(parts.get(0).images()));
    Files.writeString(description, now);
  }

  private Path tar(Part part, int shard) {
    return folder.resolve(String.format(Locale.ROOT, "%s-%06d.tar", part.name(), shard));
  }

  private boolean isEmpty() {
    try (var entries = Files.list(folder)) {
      return entries.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String classes(ImageDataset images) {
    StringBuilder lines = new StringBuilder();
    for (String name : images.classes()) {
      if (!name.equals(name.strip()) || name.isEmpty() || name.matches("(?s).*[\t\r\n].*")) {
        throw new DatasetException(
            "class \"" + name + "\" has a name that no line of text can hold; rename it");
      }
      lines.append(name).append('\n');
    }
    return lines.toString();
  }

  private String description(List<Part> parts) {
    JsonObject root = new JsonObject();
    root.addProperty("format", 2);
    root.addProperty("shortSide", settings.shortSide());
    root.addProperty("quality", settings.quality());
    root.addProperty("shardSize", settings.shardSize());
    for (Part part : parts) {
      JsonObject object = new JsonObject();
      object.addProperty("images", part.images().size());
      object.addProperty("sha256", digest(part.images()));
      root.add(part.name(), object);
    }
    return new GsonBuilder().setPrettyPrinting().create().toJson(root) + "\n";
  }

  /**
   * Of names and labels, not of contents: those would have to be read twice. What all names begin
   * with is left out, as it says where the data are and not what.
   */
  private static String digest(ImageDataset images) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      images.classes().forEach(name -> update(digest, name));
      int common = commonPrefix(images);
      for (int i = 0; i < images.size(); i++) {
        update(digest, images.name(i).substring(common));
        update(digest, Integer.toString(images.label(i)));
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java runtime has SHA-256", e);
    }
  }

  private static int commonPrefix(ImageDataset images) {
    String first = images.size() == 0 ? "" : images.name(0);
    int common = first.length();
    for (int i = 1; i < images.size(); i++) {
      String name = images.name(i);
      common = Math.min(common, name.length());
      while (!name.startsWith(first.substring(0, common))) {
        common--;
      }
    }
    return common;
  }

  private static void update(MessageDigest digest, String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) '\n');
  }

  private static ThreadFactory daemons() {
    return task -> {
      Thread thread = new Thread(task, "kitbag-pack");
      thread.setDaemon(true);
      return thread;
    };
  }
}
