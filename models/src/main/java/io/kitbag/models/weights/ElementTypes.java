package io.kitbag.models.weights;

import ai.djl.ndarray.types.DataType;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The element types that safetensors and DJL share, under their names in a safetensors header. */
final class ElementTypes {

  private static final Map<String, DataType> BY_NAME =
      Map.ofEntries(
          Map.entry("BOOL", DataType.BOOLEAN),
          Map.entry("U8", DataType.UINT8),
          Map.entry("I8", DataType.INT8),
          Map.entry("U16", DataType.UINT16),
          Map.entry("I16", DataType.INT16),
          Map.entry("F16", DataType.FLOAT16),
          Map.entry("BF16", DataType.BFLOAT16),
          Map.entry("U32", DataType.UINT32),
          Map.entry("I32", DataType.INT32),
          Map.entry("F32", DataType.FLOAT32),
          Map.entry("U64", DataType.UINT64),
          Map.entry("I64", DataType.INT64),
          Map.entry("F64", DataType.FLOAT64));

  private static final Map<DataType, String> NAMES =
      BY_NAME.entrySet().stream().collect(Collectors.toMap(Map.Entry::getValue, Map.Entry::getKey));

  private ElementTypes() {}

  static @Nullable DataType byName(String name) {
    return BY_NAME.get(name);
  }

  static String name(DataType type) {
    String name = NAMES.get(type);
    if (name == null) {
      throw new IllegalArgumentException("safetensors has no element type for " + type);
    }
    return name;
  }
}
