package io.kitbag.augment.data;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.zip.CRC32;

/**
 * The file beside a tar file ({@code x.tar.index}) that says where its images are, so that opening
 * it need not visit every header.
 *
 * <p>All numbers are big-endian: {@code "KITBAGIX"}, int32 version 1, int64 length of the tar file,
 * int32 number of sections; per section int32 kind, int64 length, the contents; at the end int32
 * CRC-32 of all before it. A reader passes over kinds it does not know. Kind 1 has a row per image:
 * int64 offset, int32 length, width, height, and place of the label in kind 2. Kind 2 has int32 the
 * number of labels, the labels, and the key of every image, each as int32 length and UTF-8.
 *
 * <p>An index whose tar file has another length than it says is out of date and not used.
 */
public final class ShardIndex {
  private static final byte[] MAGIC = "KITBAGIX".getBytes(StandardCharsets.US_ASCII);
  private static final int VERSION = 1;
  private static final int ROWS = 1;
  private static final int NAMES = 2;
  private static final int ROW_BYTES = 24;

  private ShardIndex() {}

  /**
   * An image in a tar file.
   *
   * @param key the name of its sample
   * @param label the text of its label
   * @param offset its first byte in the tar file
   * @param length its bytes
   * @param width in pixels
   * @param height in pixels
   */
  public record Row(String key, String label, long offset, int length, int width, int height) {}

  /** Returns the index file of a tar file. */
  public static Path of(Path tar) {
    return tar.resolveSibling(tar.getFileName() + ".index");
  }

  /** Returns the bytes of the index of a tar file of {@code tarBytes} bytes. */
  public static byte[] toBytes(List<Row> rows, long tarBytes) {
    Map<String, Integer> labels = new LinkedHashMap<>();
    rows.forEach(row -> labels.putIfAbsent(row.label, labels.size()));
    ByteBuffer table = ByteBuffer.allocate(Math.multiplyExact(ROW_BYTES, rows.size()));
    for (Row row : rows) {
      table.putLong(row.offset).putInt(row.length).putInt(row.width).putInt(row.height);
      table.putInt(labels.get(row.label));
    }
    try {
      ByteArrayOutputStream names = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(names);
      out.writeInt(labels.size());
      for (String label : labels.keySet()) {
        write(out, label);
      }
      for (Row row : rows) {
        write(out, row.key);
      }
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      out = new DataOutputStream(all);
      out.write(MAGIC);
      out.writeInt(VERSION);
      out.writeLong(tarBytes);
      out.writeInt(2);
      section(out, ROWS, table.array());
      section(out, NAMES, names.toByteArray());
      out.writeInt(crc(all.toByteArray(), all.size()));
      return all.toByteArray();
    } catch (IOException e) {
      throw new AssertionError("memory can be written", e);
    }
  }

  /**
   * Reads the headers of a tar file, whether it has an index or not; sizes in pixels are 0.
   *
   * @throws DatasetException if the tar file is damaged
   */
  public static List<Row> scan(Path tar) {
    ShardContents found = TarScan.of(tar);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < found.size(); i++) {
      String label = found.labelTexts().get(found.label(i));
      rows.add(new Row(found.key(i), label, found.offset(i), found.length(i), 0, 0));
    }
    return rows;
  }

  /**
   * Returns how many images an intact index of the present tar file lists; empty if there is no
   * such index, or it is damaged.
   */
  public static OptionalInt sizeIfIntact(Path tar) {
    try {
      return Files.isRegularFile(tar)
          ? indexed(tar).map(found -> OptionalInt.of(found.size())).orElse(OptionalInt.empty())
          : OptionalInt.empty();
    } catch (IOException | IllegalArgumentException e) {
      return OptionalInt.empty();
    }
  }

  /**
   * Finds the images of a tar file by its index or, without a fitting one, by its headers.
   *
   * @throws DatasetException if the tar file or the index is damaged
   */
  static ShardContents contents(Path tar) {
    try {
      return indexed(tar).orElseGet(() -> TarScan.of(tar));
    } catch (IOException | IllegalArgumentException e) {
      throw new DatasetException(
          "%s cannot be used: %s; delete it, the tar file is then read itself"
              .formatted(of(tar), e.getMessage()),
          e);
    }
  }

  private static Optional<ShardContents> indexed(Path tar) throws IOException {
    Path index = of(tar);
    if (!Files.isRegularFile(index)) {
      return Optional.empty();
    }
    byte[] bytes = Files.readAllBytes(index);
    ByteBuffer head = ByteBuffer.wrap(bytes);
    check(bytes.length >= MAGIC.length + 20, "it is truncated");
    check(Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length), "it is no index");
    int version = head.getInt(MAGIC.length);
    check(version == VERSION, "its version is " + version + ", not " + VERSION);
    int body = bytes.length - Integer.BYTES;
    check(head.getInt(body) == crc(bytes, body), "its checksum is wrong");
    return head.getLong(MAGIC.length + 4) == Files.size(tar)
        ? Optional.of(read(tar, bytes, body))
        : Optional.empty();
  }

  private static ShardContents read(Path tar, byte[] bytes, int body) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, body));
    in.skipNBytes(MAGIC.length + 4);
    long tarBytes = in.readLong();
    int sections = in.readInt();
    byte[] rows = new byte[0];
    byte[] names = new byte[0];
    for (int i = 0; i < sections; i++) {
      int kind = in.readInt();
      long length = in.readLong();
      check(length >= 0 && length <= in.available(), "section " + kind + " is too long");
      byte[] contents = in.readNBytes((int) length);
      if (kind == ROWS) {
        rows = contents;
      } else if (kind == NAMES) {
        names = contents;
      }
    }
    check(rows.length % ROW_BYTES == 0, "its rows are incomplete");
    DataInputStream text = new DataInputStream(new ByteArrayInputStream(names));
    List<String> labels = new ArrayList<>();
    for (int left = names.length == 0 ? 0 : text.readInt(); left > 0; left--) {
      labels.add(string(text));
    }
    ShardContents.Builder found = new ShardContents.Builder(tar);
    ByteBuffer table = ByteBuffer.wrap(rows);
    while (table.hasRemaining()) {
      long offset = table.getLong();
      int length = table.getInt();
      int label = table.position(table.position() + 8).getInt();
      check(offset >= 0 && length >= 0 && offset + length <= tarBytes, "a row is outside the tar");
      check(label >= 0 && label < labels.size(), "a row has no label");
      found.add(string(text), labels.get(label), offset, length);
    }
    return found.build();
  }

  private static void section(DataOutputStream out, int kind, byte[] contents) throws IOException {
    out.writeInt(kind);
    out.writeLong(contents.length);
    out.write(contents);
  }

  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String string(DataInputStream in) throws IOException {
    int length = in.readInt();
    check(length >= 0 && length <= in.available(), "a name is too long");
    return new String(in.readNBytes(length), StandardCharsets.UTF_8);
  }

  private static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static void check(boolean holds, String problem) {
    if (!holds) {
      throw new IllegalArgumentException(problem);
    }
  }
}
