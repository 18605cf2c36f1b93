package io.kitbag.models.internal.torchfile;

import io.kitbag.models.weights.HostTensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** Reads the state dict in a file of {@code torch.save}. */
public final class TorchFile {

  /** A pickle with tensors' bytes elsewhere; a state dict takes about 150 bytes per tensor. */
  static final int MAX_PICKLE_BYTES = 64 << 20;

  /** How often all bytes of a file may be copied for tensors that do not lie in row-major order. */
  private static final int MAX_COPIES = 4;

  private TorchFile() {}

  /** The bytes of storages, wherever the container keeps them. */
  interface Bytes {
    /** Exactly {@link Storage#bytes} bytes. */
    ByteBuffer of(Storage storage) throws IOException, Malformed;
  }

  /** The zip container, which PyTorch 1.6 and later write. */
  public static Map<String, HostTensor> readZip(Path file) throws IOException, Malformed {
    return ZipContainer.read(file);
  }

  /** The stream of pickles and bytes of earlier versions. */
  public static Map<String, HostTensor> readLegacy(Path file) throws IOException, Malformed {
    return LegacyContainer.read(file);
  }

  /**
   * The tensors of a state dict.
   *
   * @param fileLength bounds what is read and copied in all
   */
  static Map<String, HostTensor> tensors(
      Map<String, TensorView> views, Bytes bytes, long fileLength) throws IOException, Malformed {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    Map<String, ByteBuffer> read = new HashMap<>();
    long left = fileLength;
    long copies = MAX_COPIES * fileLength;
    for (Map.Entry<String, TensorView> named : views.entrySet()) {
      TensorView view = named.getValue();
      Storage storage = view.storage();
      ByteBuffer content = read.get(storage.key());
      if (content == null) {
        if (storage.bytes() > left || storage.bytes() > Integer.MAX_VALUE) {
          throw new Malformed(
              "the storage of %s claims %d bytes, more than the file has left or 2 GiB"
                  .formatted(Malformed.shown(named.getKey()), storage.bytes()));
        }
        left -= storage.bytes();
        content = bytes.of(storage);
        read.put(storage.key(), content);
      }
      if (!view.isContiguous()) {
        copies -= view.bytes();
        if (copies < 0) {
          throw new Malformed("its tensors take many times the bytes of the file");
        }
      }
      tensors.put(named.getKey(), view.values(content));
    }
    return tensors;
  }
}
