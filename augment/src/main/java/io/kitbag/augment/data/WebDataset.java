package io.kitbag.augment.data;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.PixelImage;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Images in tar files as WebDataset lays them out: samples of an image and its label side by side,
 * as {@code 000123.jpg} and {@code 000123.cls}.
 *
 * <p>The label is the text of a {@code .cls} member, or {@code label}, {@code cls} or {@code class}
 * of a {@code .json}: a class's index if it is a whole number, else its name. The headers of all
 * files are read when the data set is opened, several files at a time, or the index that {@code
 * kitbag pack} wrote beside them; after that every image can be read at once, in any order. {@link
 * io.kitbag.augment.sampler.ShardShuffled} keeps to the order of the files where the disc wants it.
 *
 * <p>The files stay open as long as the data set is in use. Thread-safe; a thread that is
 * interrupted while it reads does not disturb the others.
 */
public final class WebDataset implements ImageDataset {
  private final List<ShardContents> shards;
  private final int[] starts;
  private final List<String> classes;
  private final int[] labels;
  private final AtomicReferenceArray<FileChannel> files;
  private final DecoderPool decoders = new DecoderPool();

  private WebDataset(List<ShardContents> shards, ClassMap classes) {
    this.shards = shards;
    this.classes = classes.names();
    this.files = new AtomicReferenceArray<>(shards.size());
    this.starts = new int[shards.size() + 1];
    for (int i = 0; i < shards.size(); i++) {
      starts[i + 1] = Math.addExact(starts[i], shards.get(i).size());
    }
    this.labels = new int[starts[shards.size()]];
    var labelsByKey = classes.labels();
    for (int i = 0; i < shards.size(); i++) {
      ShardContents shard = shards.get(i);
      int[] meaning =
          shard.labelTexts().stream()
              .mapToInt(text -> classes.label(labelsByKey, text, true).orElseThrow())
              .toArray();
      for (int image = 0; image < shard.size(); image++) {
        labels[starts[i] + image] = meaning[shard.label(image)];
      }
    }
  }

  /**
   * Opens the files of one split.
   *
   * @param tars the files, in the order of the indices
   * @param classes the classes; if empty, they are found as the page on data says
   * @throws DatasetException if a file is damaged, a sample has no label, or there is no image
   */
  public static WebDataset of(List<Path> tars, Optional<ClassMap> classes) {
    List<ShardContents> shards = scan(tars);
    return new WebDataset(shards, LabelTexts.classes(classes, texts(shards), name(tars)));
  }

  /**
   * Opens two splits under the same classes.
   *
   * @throws DatasetException as for {@link #of}
   */
  public static DataSplit split(
      List<Path> train, List<Path> validation, Optional<ClassMap> classes) {
    List<ShardContents> trainShards = scan(train);
    List<ShardContents> validationShards = scan(validation);
    Set<String> texts = texts(trainShards);
    texts.addAll(texts(validationShards));
    ClassMap map = LabelTexts.classes(classes, texts, name(train));
    return new DataSplit(new WebDataset(trainShards, map), new WebDataset(validationShards, map));
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  /** The tar file and, after an exclamation mark, the name of the sample. */
  @Override
  public String name(int index) {
    int shard = shardOf(index);
    return shards.get(shard).tar() + "!" + shards.get(shard).key(index - starts[shard]);
  }

  /** Returns the name of the sample within its tar file. */
  public String key(int index) {
    int shard = shardOf(index);
    return shards.get(shard).key(index - starts[shard]);
  }

  @Override
  public int[] shardSizes() {
    return shards.stream().mapToInt(ShardContents::size).toArray();
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalStateException if the thread is interrupted; its flag stays set
   */
  @Override
  public boolean readEncoded(int index, EncodedImage target) throws CorruptImageException {
    int shard = shardOf(index);
    ShardContents contents = shards.get(shard);
    int image = index - starts[shard];
    while (true) {
      try {
        target.read(file(shard), contents.offset(image), contents.length(image));
        return true;
      } catch (ClosedByInterruptException e) {
        throw new IllegalStateException("interrupted while reading " + name(index), e);
      } catch (ClosedChannelException e) {
        // An interrupted thread closes the file for all that read it: open it again.
      } catch (IOException e) {
        throw new CorruptImageException(
            name(index), "the tar file cannot be read: " + e.getMessage(), e);
      }
    }
  }

  @Override
  public void read(int index, PixelImage target) throws CorruptImageException {
    decoders.read(file -> readEncoded(index, file), name(index), target);
  }

  private int shardOf(int index) {
    if (index < 0 || index >= labels.length) {
      throw new IndexOutOfBoundsException(index + " is not in 0 … " + (labels.length - 1));
    }
    int found = Arrays.binarySearch(starts, index);
    int shard = found >= 0 ? found : -found - 2;
    while (shards.get(shard).size() == 0) {
      shard++;
    }
    return shard;
  }

  private FileChannel file(int shard) throws IOException {
    FileChannel open = files.get(shard);
    if (open != null && open.isOpen()) {
      return open;
    }
    FileChannel opened = FileChannel.open(shards.get(shard).tar());
    if (files.compareAndSet(shard, open, opened)) {
      return opened;
    }
    opened.close();
    return file(shard);
  }

  private static List<ShardContents> scan(List<Path> tars) {
    return tars.parallelStream().map(ShardIndex::contents).toList();
  }

  private static Set<String> texts(List<ShardContents> shards) {
    Set<String> texts = new LinkedHashSet<>();
    shards.forEach(shard -> texts.addAll(shard.labelTexts()));
    return texts;
  }

  private static String name(List<Path> tars) {
    return tars.isEmpty()
        ? "no tar file"
        : tars.get(0) + (tars.size() == 1 ? "" : " and " + (tars.size() - 1) + " others");
  }
}
