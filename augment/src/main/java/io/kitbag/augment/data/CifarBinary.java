package io.kitbag.augment.data;

import io.kitbag.augment.image.PixelImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * CIFAR-10 or CIFAR-100 in the binary version of its authors: 32×32 images, ten or a hundred (fine)
 * classes.
 *
 * <p>A CIFAR-10 record is 1 label byte and 3072 pixel bytes (red, green, blue plane) in {@code
 * data_batch_1.bin} … {@code data_batch_5.bin} and {@code test_batch.bin}; a CIFAR-100 record has a
 * coarse label in front, in {@code train.bin} and {@code test.bin}. The class names come from
 * {@code batches.meta.txt} or {@code fine_label_names.txt}. The files may lie in the folder itself
 * or in the folder of the authors' archive ({@code cifar-10-batches-bin}, {@code cifar-100-binary})
 * inside it.
 *
 * <p>The files are mapped, not loaded. Thread-safe.
 */
public final class CifarBinary implements ImageDataset {
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;

  private final Kind kind;
  private final List<String> classes;
  private final List<Part> parts;
  private final int size;

  private CifarBinary(Kind kind, List<String> classes, List<Part> parts) {
    this.kind = kind;
    this.classes = classes;
    this.parts = parts;
    this.size = parts.isEmpty() ? 0 : parts.get(parts.size() - 1).end();
  }

  private enum Kind {
    CIFAR_10(
        1,
        "cifar-10-batches-bin",
        "batches.meta.txt",
        IntStream.rangeClosed(1, 5).mapToObj(i -> "data_batch_" + i + ".bin").toList(),
        List.of("test_batch.bin")),
    CIFAR_100(
        2, "cifar-100-binary", "fine_label_names.txt", List.of("train.bin"), List.of("test.bin"));

    final int labelBytes;
    final String folder;
    final String names;
    final List<String> train;
    final List<String> test;

    Kind(int labelBytes, String folder, String names, List<String> train, List<String> test) {
      this.labelBytes = labelBytes;
      this.folder = folder;
      this.names = names;
      this.train = train;
      this.test = test;
    }

    int record() {
      return labelBytes + 3 * PLANE;
    }
  }

  private record Part(String name, ByteBuffer bytes, int start, int end) {}

  private record Place(Kind kind, Path folder) {}

  /** Tells whether a folder holds CIFAR binaries, by the names of its files. */
  public static boolean isPresent(Path folder) {
    return find(folder) != null;
  }

  /**
   * Opens the training images.
   *
   * @throws DatasetException if a file is missing, truncated, or holds an impossible label
   */
  public static CifarBinary train(Path folder) {
    Place place = require(folder);
    return open(place, place.kind.train);
  }

  /**
   * Opens the test images.
   *
   * @throws DatasetException if a file is missing, truncated, or holds an impossible label
   */
  public static CifarBinary test(Path folder) {
    Place place = require(folder);
    return open(place, place.kind.test);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public int label(int index) {
    Part part = part(index);
    return label(part.bytes, index - part.start);
  }

  @Override
  public String name(int index) {
    Part part = part(index);
    return part.name + "#" + (index - part.start);
  }

  @Override
  public void read(int index, PixelImage target) {
    Part part = part(index);
    byte[] planes = target.draft(SIDE, SIDE);
    part.bytes.get((index - part.start) * kind.record() + kind.labelBytes, planes, 0, 3 * PLANE);
    target.reshape(SIDE, SIDE);
    byte[] pixels = target.pixels();
    for (int i = 0, o = 0; i < PLANE; i++, o += 3) {
      pixels[o] = planes[i];
      pixels[o + 1] = planes[i + PLANE];
      pixels[o + 2] = planes[i + 2 * PLANE];
    }
  }

  private int label(ByteBuffer bytes, int recordIndex) {
    return bytes.get(recordIndex * kind.record() + kind.labelBytes - 1) & 0xff;
  }

  private Part part(int index) {
    for (Part part : parts) {
      if (index >= part.start && index < part.end) {
        return part;
      }
    }
    throw new IndexOutOfBoundsException(index + " is not in 0 … " + (size - 1));
  }

  private static Place require(Path folder) {
    Place place = find(folder);
    if (place == null) {
      throw new DatasetException(
          folder + " holds no CIFAR binaries (data_batch_1.bin … or train.bin and test.bin)");
    }
    return place;
  }

  private static @Nullable Place find(Path folder) {
    for (Kind kind : Kind.values()) {
      for (Path candidate : List.of(folder, folder.resolve(kind.folder))) {
        boolean any =
            Stream.concat(kind.train.stream(), kind.test.stream())
                .anyMatch(name -> Files.isRegularFile(candidate.resolve(name)));
        if (any) {
          return new Place(kind, candidate);
        }
      }
    }
    return null;
  }

  private static CifarBinary open(Place place, List<String> files) {
    Kind kind = place.kind;
    List<String> classes = readNames(place.folder.resolve(kind.names));
    List<Part> parts = new ArrayList<>();
    int start = 0;
    for (String file : files) {
      ByteBuffer bytes = map(place.folder.resolve(file), kind.record());
      int end = start + bytes.limit() / kind.record();
      parts.add(new Part(file, bytes, start, end));
      start = end;
    }
    CifarBinary data = new CifarBinary(kind, classes, List.copyOf(parts));
    for (int i = 0; i < data.size; i++) {
      if (data.label(i) >= classes.size()) {
        throw new DatasetException(
            String.format(
                "%s: record %s has label %d, but %s names %d classes; the file is damaged",
                place.folder, data.name(i), data.label(i), kind.names, classes.size()));
      }
    }
    return data;
  }

  private static ByteBuffer map(Path file, int record) {
    try (FileChannel channel = FileChannel.open(file)) {
      long bytes = channel.size();
      if (bytes == 0 || bytes % record != 0) {
        throw new DatasetException(
            String.format(
                "%s has %d bytes, which is no multiple of the %d bytes of a record; it is"
                    + " truncated: unpack the archive again",
                file, bytes, record));
      }
      return channel.map(FileChannel.MapMode.READ_ONLY, 0, bytes);
    } catch (NoSuchFileException e) {
      throw new DatasetException(file + " is missing; unpack the archive again", e);
    } catch (IOException e) {
      throw new DatasetException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<String> readNames(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.map(String::strip).filter(line -> !line.isEmpty()).toList();
    } catch (NoSuchFileException e) {
      throw new DatasetException(
          file + ", which names the classes, is missing; unpack the archive again", e);
    } catch (IOException | UncheckedIOException e) {
      throw new DatasetException(file + " cannot be read: " + e.getMessage(), e);
    }
  }
}
