package io.kitbag.models.internal.torchfile;

import ai.djl.ndarray.types.DataType;
import java.util.Map;

/**
 * A piece of memory that tensors look into, as a pickle names it; its bytes are elsewhere in the
 * file.
 *
 * @param elements how many the pickle claims, at least 0
 */
record Storage(DataType type, String key, long elements) {

  /** The classes of module {@code torch} whose elements a {@link DataType} can hold. */
  private static final Map<String, DataType> CLASSES =
      Map.of(
          "FloatStorage", DataType.FLOAT32,
          "DoubleStorage", DataType.FLOAT64,
          "HalfStorage", DataType.FLOAT16,
          "BFloat16Storage", DataType.BFLOAT16,
          "LongStorage", DataType.INT64,
          "IntStorage", DataType.INT32,
          "ShortStorage", DataType.INT16,
          "CharStorage", DataType.INT8,
          "ByteStorage", DataType.UINT8,
          "BoolStorage", DataType.BOOLEAN);

  static boolean isClass(String name) {
    return CLASSES.containsKey(name);
  }

  /** The storage that a persistent id describes: kind, class, key, device, elements. */
  static Storage of(Object id) throws Malformed {
    if (!(id instanceof Tuple tuple)
        || tuple.items().size() < 5
        || !"storage".equals(tuple.items().get(0))
        || !(tuple.items().get(1) instanceof Global type)
        || !(tuple.items().get(2) instanceof String key)
        || !(tuple.items().get(4) instanceof Long elements)) {
      throw new Malformed("a persistent id is not that of a storage");
    }
    DataType elementType = type.module().equals("torch") ? CLASSES.get(type.name()) : null;
    if (elementType == null) {
      throw new Malformed("a storage has the class " + Malformed.shown(type.toString()));
    }
    if (elements < 0 || elements > Long.MAX_VALUE / Long.BYTES) {
      throw new Malformed("a storage claims %d elements".formatted(elements));
    }
    if (tuple.items().size() > 5 && tuple.items().get(5) != Null.VALUE) {
      throw new Malformed("a storage is a view of another, as PyTorch before 0.4 wrote it");
    }
    return new Storage(elementType, key, elements);
  }

  /** Cannot overflow: see {@link #of}. */
  long bytes() {
    return elements * type.getNumOfBytes();
  }
}
