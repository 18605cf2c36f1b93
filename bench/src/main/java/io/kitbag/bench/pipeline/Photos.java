package io.kitbag.bench.pipeline;

import io.kitbag.augment.CorruptImage;
import io.kitbag.augment.data.DatasetException;
import io.kitbag.augment.data.ImageFolder;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.ImageDecoder;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.pack.JpegEncoder;
import io.kitbag.augment.pack.PackListener;
import io.kitbag.augment.pack.PackSettings;
import io.kitbag.augment.pack.Packer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The images that all contenders load: JPEGs in {@code train/photo}.
 *
 * @param folder what holds {@code train}, and {@code shards} and {@code packed} once they are made
 * @param count how many
 * @param meanBytes of a file
 */
public record Photos(Path folder, int count, long meanBytes) {
  /** ImageNet's commonest sizes. */
  private static final int LONG_SIDE = 500;

  private static final int[] SHORT_SIDES = {333, 375, 375, 375, 400};
  private static final int QUALITY = 90;

  /** How {@code kitbag pack} packs by default. */
  private static final int PACKED_SIDE = 256;

  private static final int SHARD = 10_000;

  /**
   * Paints pictures of about 500×375 and saves them at quality 90; those of a seed are always the
   * same, on the same Java runtime to the byte.
   *
   * @param folder becomes theirs; what is in it is overwritten
   */
  public static Photos painted(Path folder, int count, long seed) throws IOException {
    Path target = Files.createDirectories(folder.resolve("train").resolve("photo"));
    PhotoPainter painter = new PhotoPainter();
    JpegEncoder encoder = new JpegEncoder(QUALITY);
    PixelImage image = new PixelImage();
    for (int i = 0; i < count; i++) {
      int side = SHORT_SIDES[i % SHORT_SIDES.length];
      boolean upright = i % 10 >= 7;
      painter.paint(seed, i, upright ? side : LONG_SIDE, upright ? LONG_SIDE : side, image);
      Files.write(target.resolve(fileName(i)), encoder.encode(image));
    }
    return of(folder);
  }

  /**
   * Copies JPEGs from anywhere below a folder: {@code count} of them, evenly spread over their
   * order by path, or all if there are fewer. Damaged ones are left out.
   *
   * @throws DatasetException if there is none
   */
  public static Photos copied(Path from, Path folder, int count) throws IOException {
    if (!Files.isDirectory(from)) {
      throw new DatasetException(from + " is not a folder; give one that holds JPEGs");
    }
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(Photos::isJpeg).sorted().toList();
    }
    if (files.isEmpty()) {
      throw new DatasetException(from + " holds no file named *.jpg, *.jpeg or *.JPEG");
    }
    Path target = Files.createDirectories(folder.resolve("train").resolve("photo"));
    int taken = Math.min(count, files.size());
    ImageDecoder decoder = new ImageDecoder();
    PixelImage image = new PixelImage();
    for (int i = 0; i < taken; i++) {
      Path file = files.get((int) ((long) i * files.size() / taken));
      try {
        decoder.decode(file, file.toString(), image);
      } catch (CorruptImageException e) {
        continue;
      }
      Files.copy(file, target.resolve(fileName(i)));
    }
    return of(folder);
  }

  private static Photos of(Path folder) throws IOException {
    List<Path> all = files(folder);
    if (all.isEmpty()) {
      throw new DatasetException("none of the JPEGs can be decoded");
    }
    long bytes = 0;
    for (Path file : all) {
      bytes += Files.size(file);
    }
    return new Photos(folder, all.size(), bytes / all.size());
  }

  /** In the order of their indices. */
  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("train").resolve("photo"))) {
      return files.sorted().toList();
    }
  }

  /** Where the image files are, as a class folder each. */
  Path train() {
    return folder.resolve("train");
  }

  /** Where {@link #shard} writes. */
  Path shards() {
    return folder.resolve("shards");
  }

  /** Puts them into tar files, byte by byte and in their order. */
  void shard() throws IOException {
    Shards.write(files(folder), shards());
  }

  /** Where {@link #pack} writes. */
  Path packed() {
    return folder.resolve("packed");
  }

  /** Packs them as {@code kitbag pack} does, but in their order, so that indices stay the same. */
  void pack() throws IOException {
    PackSettings settings =
        new PackSettings(PACKED_SIDE, QUALITY, SHARD, Runtime.getRuntime().availableProcessors());
    new Packer(packed(), settings, new Unheard())
        .pack(List.of(new Packer.Part("train", ImageFolder.of(train()), false)));
  }

  private static String fileName(int number) {
    return String.format(Locale.ROOT, "%06d.jpg", number);
  }

  private static boolean isJpeg(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return (name.endsWith(".jpg") || name.endsWith(".jpeg")) && Files.isRegularFile(file);
  }

  /** An image that cannot be read is left out by every contender. */
  private static final class Unheard implements PackListener {
    @Override
    public void advance(long done) {}

    @Override
    public void leftOut(CorruptImage image) {}
  }
}
