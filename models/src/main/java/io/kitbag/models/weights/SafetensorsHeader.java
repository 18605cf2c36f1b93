package io.kitbag.models.weights;

import ai.djl.ndarray.types.DataType;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The JSON part of a safetensors file. It is foreign: every statement is checked before anything is
 * allocated or read because of it.
 *
 * @param tensors by name, in the order of their bytes
 */
record SafetensorsHeader(Map<String, Entry> tensors, Map<String, String> metadata) {

  static final String METADATA = "__metadata__";

  /** Where a tensor's bytes lie, counted from the end of the header. */
  record Entry(DataType type, List<Integer> shape, long begin, long end) {}

  /** What is wrong with a header. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String problem) {
      super(problem);
    }
  }

  private static final int SHOWN_CHARACTERS = 80;

  /**
   * @param dataLength number of bytes that follow the header in the file
   */
  static SafetensorsHeader parse(String json, long dataLength) throws Malformed {
    if (!json.startsWith("{")) {
      throw new Malformed("the header is not a JSON object");
    }
    SafetensorsHeader header;
    try (JsonReader reader = new JsonReader(new StringReader(json))) {
      header = read(reader);
      if (reader.peek() != JsonToken.END_DOCUMENT) {
        throw new Malformed("text follows the header's JSON object");
      }
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      throw new Malformed("the header is not valid JSON: " + shown(e.getMessage()));
    }
    return header.checkCover(dataLength);
  }

  private static SafetensorsHeader read(JsonReader reader) throws IOException, Malformed {
    Map<String, Entry> tensors = new LinkedHashMap<>();
    Map<String, String> metadata = null;
    reader.beginObject();
    while (reader.hasNext()) {
      String name = reader.nextName();
      boolean repeated;
      if (name.equals(METADATA)) {
        repeated = metadata != null;
        metadata = readMetadata(reader);
      } else {
        repeated = tensors.put(name, readEntry(reader, name)) != null;
      }
      if (repeated) {
        throw new Malformed("the header has %s twice".formatted(shown(name)));
      }
    }
    reader.endObject();
    return new SafetensorsHeader(tensors, metadata == null ? Map.of() : metadata);
  }

  private static Map<String, String> readMetadata(JsonReader reader) throws IOException, Malformed {
    Map<String, String> metadata = new LinkedHashMap<>();
    reader.beginObject();
    while (reader.hasNext()) {
      String key = reader.nextName();
      if (reader.peek() != JsonToken.STRING) {
        throw new Malformed("the value of %s in the metadata is not text".formatted(shown(key)));
      }
      if (metadata.put(key, reader.nextString()) != null) {
        throw new Malformed("the metadata has %s twice".formatted(shown(key)));
      }
    }
    reader.endObject();
    return metadata;
  }

  private static Entry readEntry(JsonReader reader, String tensor) throws IOException, Malformed {
    String dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    reader.beginObject();
    while (reader.hasNext()) {
      String key = reader.nextName();
      boolean repeated =
          switch (key) {
            case "dtype" -> dtype != null;
            case "shape" -> shape != null;
            case "data_offsets" -> offsets != null;
            default ->
                throw new Malformed(
                    "tensor %s has an unknown field %s".formatted(shown(tensor), shown(key)));
          };
      if (repeated) {
        throw new Malformed("tensor %s has the field %s twice".formatted(shown(tensor), key));
      }
      switch (key) {
        case "dtype" -> dtype = readText(reader, tensor);
        case "shape" -> shape = readNumbers(reader, tensor);
        default -> offsets = readNumbers(reader, tensor);
      }
    }
    reader.endObject();
    if (dtype == null || shape == null || offsets == null) {
      throw new Malformed(
          "tensor %s lacks one of dtype, shape and data_offsets".formatted(shown(tensor)));
    }
    return entry(tensor, dtype, shape, offsets);
  }

  private static Entry entry(String tensor, String dtype, List<Long> shape, List<Long> offsets)
      throws Malformed {
    DataType type = ElementTypes.byName(dtype);
    if (type == null) {
      throw new Malformed(
          "tensor %s has the unknown dtype %s".formatted(shown(tensor), shown(dtype)));
    }
    if (offsets.size() != 2 || offsets.get(0) > offsets.get(1)) {
      throw new Malformed(
          "tensor %s has data_offsets %s, not a begin and an end"
              .formatted(shown(tensor), shown(offsets.toString())));
    }
    long length = offsets.get(1) - offsets.get(0);
    List<Integer> sizes = new ArrayList<>();
    long bytes = type.getNumOfBytes();
    try {
      for (long size : shape) {
        sizes.add(Math.toIntExact(size));
        bytes = Math.multiplyExact(bytes, size);
      }
      Math.toIntExact(bytes);
    } catch (ArithmeticException e) {
      throw new Malformed(
          "tensor %s of shape %s is larger than 2 GiB"
              .formatted(shown(tensor), shown(shape.toString())));
    }
    if (bytes != length) {
      throw new Malformed(
          "tensor %s of type %s and shape %s takes %d bytes but has %d"
              .formatted(shown(tensor), dtype, shown(shape.toString()), bytes, length));
    }
    return new Entry(type, List.copyOf(sizes), offsets.get(0), offsets.get(1));
  }

  private static String readText(JsonReader reader, String tensor) throws IOException, Malformed {
    if (reader.peek() != JsonToken.STRING) {
      throw new Malformed("the dtype of tensor %s is not text".formatted(shown(tensor)));
    }
    return reader.nextString();
  }

  private static List<Long> readNumbers(JsonReader reader, String tensor)
      throws IOException, Malformed {
    List<Long> numbers = new ArrayList<>();
    reader.beginArray();
    while (reader.hasNext()) {
      // The reader itself would also take "1" and 1.0.
      String text = reader.peek() == JsonToken.NUMBER ? reader.nextString() : "";
      if (!text.matches("0|[1-9]\\d{0,17}")) {
        throw new Malformed(
            "a size or offset of tensor %s is not a whole number".formatted(shown(tensor)));
      }
      numbers.add(Long.parseLong(text));
    }
    reader.endArray();
    return numbers;
  }

  /** Sorted by position, if the tensors cover the data without gap or overlap. */
  private SafetensorsHeader checkCover(long dataLength) throws Malformed {
    List<Map.Entry<String, Entry>> sorted = new ArrayList<>(tensors.entrySet());
    sorted.sort(
        Comparator.comparingLong((Map.Entry<String, Entry> tensor) -> tensor.getValue().begin())
            .thenComparingLong(tensor -> tensor.getValue().end()));
    Map<String, Entry> ordered = new LinkedHashMap<>();
    long position = 0;
    for (Map.Entry<String, Entry> tensor : sorted) {
      Entry entry = tensor.getValue();
      if (entry.begin() != position) {
        throw new Malformed(
            "tensor %s begins at byte %d of the data instead of %d"
                .formatted(shown(tensor.getKey()), entry.begin(), position));
      }
      position = entry.end();
      ordered.put(tensor.getKey(), entry);
    }
    if (position != dataLength) {
      throw new Malformed(
          "the tensors take %d bytes but %d follow the header".formatted(position, dataLength));
    }
    return new SafetensorsHeader(ordered, metadata);
  }

  /** Foreign text, made fit for a message. */
  private static String shown(@Nullable String text) {
    String line = String.valueOf(text).replaceAll("\\p{Cntrl}", "?");
    return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…";
  }
}
