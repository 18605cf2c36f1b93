package io.kitbag.precision.internal.archive;

import io.kitbag.models.weights.HostTensor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * The zip around a module: stored entries under one root folder, as {@code torch.jit.save} does.
 */
public final class ModuleArchive {

  /** Archive format that PyTorch 1.6 and later write. */
  private static final String VERSION = "3\n";

  /** An empty tuple: no constants. */
  private static final byte[] CONSTANTS = HexFormat.of().parseHex("8002292e");

  private final ZipOutputStream zip;
  private final String root;

  private ModuleArchive(ZipOutputStream zip, String root) {
    this.zip = zip;
    this.root = root;
  }

  /**
   * Writes an archive; equal arguments give equal bytes. The stream is neither flushed nor closed.
   *
   * @param name of the root folder
   * @param methods of the outermost class
   * @param extra files under {@code extra/}, where {@code torch.jit.load} looks for them
   */
  public static void write(
      OutputStream out, String name, ModuleTree module, String methods, Map<String, String> extra)
      throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.setMethod(ZipOutputStream.STORED);
    ModuleArchive archive = new ModuleArchive(zip, name.replaceAll("[^A-Za-z0-9._-]", "_") + "/");
    ModulePickle.Result state = ModulePickle.of(module);
    archive.put("version", VERSION);
    archive.put("byteorder", "little");
    archive.put("code/__torch__.py", module.code(methods));
    archive.put("data.pkl", ByteBuffer.wrap(state.pickle()));
    archive.put("constants.pkl", ByteBuffer.wrap(CONSTANTS));
    for (Map.Entry<String, String> file : extra.entrySet()) {
      archive.put("extra/" + file.getKey(), file.getValue());
    }
    List<HostTensor> storages = state.storages();
    for (int i = 0; i < storages.size(); i++) {
      archive.put("data/" + i, storages.get(i).data());
    }
    zip.finish();
  }

  private void put(String name, String text) throws IOException {
    put(name, StandardCharsets.UTF_8.encode(text));
  }

  private void put(String name, ByteBuffer content) throws IOException {
    ZipEntry entry = new ZipEntry(root + name);
    CRC32 crc = new CRC32();
    crc.update(content.duplicate());
    entry.setSize(content.remaining());
    entry.setCompressedSize(content.remaining());
    entry.setCrc(crc.getValue());
    entry.setTime(0);
    zip.putNextEntry(entry);
    Channels.newChannel(zip).write(content);
    zip.closeEntry();
  }
}
