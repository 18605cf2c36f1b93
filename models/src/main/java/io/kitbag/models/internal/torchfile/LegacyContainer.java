package io.kitbag.models.internal.torchfile;

import io.kitbag.models.weights.HostTensor;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pickles one after another (magic number, protocol, machine, object, keys of the storages), then
 * for each key the number of its elements in eight bytes and the elements.
 */
final class LegacyContainer {

  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final Long PROTOCOL = 1001L;

  private final FileChannel file;
  private final Map<String, Long> positions = new HashMap<>();

  private LegacyContainer(FileChannel file) {
    this.file = file;
  }

  static Map<String, HostTensor> read(Path path) throws IOException, Malformed {
    try (FileChannel file = FileChannel.open(path)) {
      LegacyContainer container = new LegacyContainer(file);
      ByteBuffer head = container.bytes(0, Math.min(file.size(), TorchFile.MAX_PICKLE_BYTES));
      Map<String, Storage> storages = new HashMap<>();
      Object magic = Unpickler.load(head, storages);
      Object protocol = Unpickler.load(head, storages);
      if (!MAGIC.equals(magic) || !PROTOCOL.equals(protocol)) {
        throw new Malformed("it does not begin with the magic number of torch.save");
      }
      if (!(Unpickler.load(head, storages) instanceof Map<?, ?> machine)
          || !Boolean.TRUE.equals(machine.get("little_endian"))) {
        throw new Malformed("it was not written on a little-endian machine");
      }
      Map<String, TensorView> views = StateDict.tensors(Unpickler.load(head, storages));
      if (!(Unpickler.load(head, storages) instanceof List<?> keys)) {
        throw new Malformed("it has no list of its storages");
      }
      container.locate(keys, storages, head.position());
      return TorchFile.tensors(views, container::storage, file.size());
    }
  }

  /** The bytes follow each other, so that all lengths before one must be known. */
  private void locate(List<?> keys, Map<String, Storage> storages, long first)
      throws IOException, Malformed {
    long position = first;
    for (Object key : keys) {
      Storage storage = key instanceof String text ? storages.get(text) : null;
      if (storage == null) {
        throw new Malformed("it has the bytes of a storage that nothing mentions");
      }
      long elements = bytes(position, Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).getLong();
      if (elements != storage.elements()) {
        throw new Malformed(
            "a storage has %d elements instead of %d".formatted(elements, storage.elements()));
      }
      position += Long.BYTES;
      positions.put(storage.key(), position);
      if (storage.bytes() > file.size() - position) {
        throw new Malformed(
            "it ends before the %d bytes of a storage are over".formatted(storage.bytes()));
      }
      position += storage.bytes();
    }
  }

  private ByteBuffer storage(Storage storage) throws IOException, Malformed {
    Long position = positions.get(storage.key());
    if (position == null) {
      throw new Malformed("it lacks the storage " + Malformed.shown(storage.key()));
    }
    return bytes(position, storage.bytes());
  }

  private ByteBuffer bytes(long position, long count) throws IOException, Malformed {
    if (count > file.size() - position) {
      throw new Malformed("it is cut off");
    }
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(count));
    while (bytes.hasRemaining()) {
      if (file.read(bytes, position + bytes.position()) < 0) {
        throw new Malformed("it shrank while it was read");
      }
    }
    return bytes.flip();
  }
}
