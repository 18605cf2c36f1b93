package io.kitbag.models.internal.torchfile;

import io.kitbag.models.weights.HostTensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A zip with one root folder: {@code data.pkl}, {@code data/<key>} for each storage, sometimes
 * {@code byteorder}. Its entries are stored, never compressed, so none can be larger than the file.
 */
final class ZipContainer {

  private final ZipFile zip;
  private final String root;
  private final long fileLength;

  private ZipContainer(ZipFile zip, String root, long fileLength) {
    this.zip = zip;
    this.root = root;
    this.fileLength = fileLength;
  }

  static Map<String, HostTensor> read(Path file) throws IOException, Malformed {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      ZipContainer container = new ZipContainer(zip, root(zip), Files.size(file));
      if (zip.getEntry(container.root + "constants.pkl") != null) {
        throw new Malformed("it is a TorchScript program, not a state dict");
      }
      ZipEntry order = zip.getEntry(container.root + "byteorder");
      if (order != null && !"little".equals(container.text(order))) {
        throw new Malformed("its tensors are big-endian");
      }
      ByteBuffer pickle = container.bytes(container.entry("data.pkl", TorchFile.MAX_PICKLE_BYTES));
      Map<String, TensorView> views = StateDict.tensors(Unpickler.load(pickle, new HashMap<>()));
      return TorchFile.tensors(views, container::storage, container.fileLength);
    } catch (IllegalArgumentException e) {
      // The JDK's complaint about names of entries.
      throw new Malformed("its table of contents is damaged");
    }
  }

  private static String root(ZipFile zip) throws Malformed {
    for (ZipEntry entry : Collections.list(zip.entries())) {
      String name = entry.getName();
      if (name.endsWith("/data.pkl") && name.indexOf('/') == name.length() - "/data.pkl".length()) {
        return name.substring(0, name.length() - "data.pkl".length());
      }
    }
    throw new Malformed("the zip has no <folder>/data.pkl");
  }

  private ByteBuffer storage(Storage storage) throws IOException, Malformed {
    ZipEntry entry = entry("data/" + storage.key(), storage.bytes());
    if (entry.getSize() != storage.bytes()) {
      throw new Malformed(
          "data/%s has %d bytes instead of %d"
              .formatted(Malformed.shown(storage.key()), entry.getSize(), storage.bytes()));
    }
    return bytes(entry);
  }

  private ZipEntry entry(String name, long mostBytes) throws Malformed {
    ZipEntry entry = zip.getEntry(root + name);
    if (entry == null) {
      throw new Malformed("the zip has no " + Malformed.shown(name));
    }
    if (entry.getMethod() != ZipEntry.STORED || entry.getSize() != entry.getCompressedSize()) {
      throw new Malformed(
          "the entry %s is compressed, which torch.save never does"
              .formatted(Malformed.shown(name)));
    }
    long most = Math.min(mostBytes, fileLength);
    if (entry.getSize() < 0 || entry.getSize() > most) {
      throw new Malformed(
          "the entry %s claims %d bytes where at most %d can be"
              .formatted(Malformed.shown(name), entry.getSize(), most));
    }
    return entry;
  }

  private ByteBuffer bytes(ZipEntry entry) throws IOException, Malformed {
    int size = (int) entry.getSize();
    try (InputStream in = zip.getInputStream(entry)) {
      byte[] bytes = in.readNBytes(size);
      if (bytes.length != size) {
        throw new Malformed("the entry %s is cut off".formatted(Malformed.shown(entry.getName())));
      }
      return ByteBuffer.wrap(bytes);
    }
  }

  private String text(ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      return new String(in.readNBytes(16), StandardCharsets.US_ASCII);
    }
  }
}
