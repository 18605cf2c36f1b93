package io.kitbag.precision.internal.torch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript archive with one class and no data, as {@code torch.jit.save} lays it out: a zip of
 * stored entries under one root folder.
 */
final class ScriptArchive {

  /** Archive format that PyTorch 1.6 and later write; 1 to 10 load in 2.0 and 2.7. */
  private static final String VERSION = "3\n";

  /**
   * The pickled module: {@code __torch__.M} with the attribute {@code training = True}, made by
   * PROTO 2, GLOBAL, EMPTY_TUPLE, NEWOBJ, EMPTY_DICT, MARK, BINUNICODE, NEWTRUE, SETITEMS, BUILD,
   * STOP.
   */
  private static final byte[] MODULE =
      HexFormat.of()
          .parseHex("8002635f5f746f7263685f5f0a4d0a29817d285808000000747261696e696e678875622e");

  /** An empty tuple: no constants. */
  private static final byte[] CONSTANTS = HexFormat.of().parseHex("8002292e");

  private static final String HEADER =
      """
      class M(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
      """;

  private ScriptArchive() {}

  /** The archive of a class with these methods, each starting with {@code def}. */
  static byte[] of(String methods) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
      put(zip, "code/__torch__.py", (HEADER + indent(methods)).getBytes(StandardCharsets.UTF_8));
      put(zip, "data.pkl", MODULE);
      put(zip, "constants.pkl", CONSTANTS);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  private static String indent(String methods) {
    return methods.strip().indent(2);
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry("kitbag/" + name);
    CRC32 crc = new CRC32();
    crc.update(content);
    entry.setSize(content.length);
    entry.setCompressedSize(content.length);
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
