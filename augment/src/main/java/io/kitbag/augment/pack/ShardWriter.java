package io.kitbag.augment.pack;

import io.kitbag.augment.data.DatasetException;
import io.kitbag.augment.data.ShardIndex;
import io.kitbag.augment.pack.ImagePacker.Packed;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * Writes one tar file and its index, so that either both are there and right, or the index is not.
 *
 * <p>The tar file is written beside its place, forced to the disc, read again, and renamed; the
 * index follows in the same way. Nothing in it depends on when or by whom it was written.
 */
final class ShardWriter implements AutoCloseable {
  private final Path tar;
  private final Path temporary;
  private final FileChannel channel;
  private final TarArchiveOutputStream out;
  private final List<ShardIndex.Row> rows = new ArrayList<>();
  private final List<Long> checksums = new ArrayList<>();

  ShardWriter(Path tar) throws IOException {
    this.tar = tar;
    this.temporary = temporary(tar);
    this.channel = open(temporary);
    OutputStream buffered = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    this.out = new TarArchiveOutputStream(buffered, StandardCharsets.UTF_8.name());
  }

  static Path temporary(Path file) {
    return file.resolveSibling("." + file.getFileName() + ".tmp");
  }

  void add(String key, String label, Packed image) throws IOException {
    member(key + ".jpg", image.jpeg());
    member(key + ".cls", label.getBytes(StandardCharsets.UTF_8));
    CRC32 crc = new CRC32();
    crc.update(image.jpeg());
    checksums.add(crc.getValue());
    rows.add(new ShardIndex.Row(key, label, 0, image.jpeg().length, image.width(), image.height()));
  }

  /**
   * Puts both files in their places.
   *
   * @throws DatasetException if what is on the disc is not what was written
   */
  void finish() throws IOException {
    out.finish();
    out.flush();
    channel.force(true);
    out.close();
    List<ShardIndex.Row> found = verified();
    long bytes = Files.size(temporary);
    Files.move(temporary, tar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    writeWhole(ShardIndex.of(tar), ShardIndex.toBytes(found, bytes));
  }

  /** Writes a small file so that all of it is there, or nothing of it under its name. */
  static void writeWhole(Path file, byte[] contents) throws IOException {
    Path temporary = temporary(file);
    try (FileChannel channel = open(temporary)) {
      ByteBuffer left = ByteBuffer.wrap(contents);
      while (left.hasRemaining()) {
        channel.write(left);
      }
      channel.force(true);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.WRITE);
  }

  /** The rows with the places where the tar file itself says that the images are. */
  private List<ShardIndex.Row> verified() throws IOException {
    List<ShardIndex.Row> found = ShardIndex.scan(temporary);
    List<ShardIndex.Row> complete = new ArrayList<>();
    boolean same = found.size() == rows.size();
    try (FileChannel file = FileChannel.open(temporary)) {
      for (int i = 0; same && i < rows.size(); i++) {
        ShardIndex.Row row = rows.get(i);
        ShardIndex.Row read = found.get(i);
        ByteBuffer bytes = ByteBuffer.allocate(read.length());
        while (bytes.hasRemaining() && file.read(bytes, read.offset() + bytes.position()) >= 0) {
          // Until all of it is there.
        }
        CRC32 crc = new CRC32();
        crc.update(bytes.flip());
        same =
            read.key().equals(row.key())
                && read.label().equals(row.label())
                && crc.getValue() == checksums.get(i);
        complete.add(
            new ShardIndex.Row(
                row.key(), row.label(), read.offset(), read.length(), row.width(), row.height()));
      }
    }
    if (!same) {
      throw new DatasetException(
          temporary + " does not hold what was written to it; check the disc and pack again");
    }
    return complete;
  }

  private void member(String name, byte[] bytes) throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    entry.setModTime(0L);
    entry.setIds(0, 0);
    entry.setNames("", "");
    out.putArchiveEntry(entry);
    out.write(bytes);
    out.closeArchiveEntry();
  }

  /** Removes what was not finished. */
  @Override
  public void close() throws IOException {
    channel.close();
    Files.deleteIfExists(temporary);
  }
}
