package io.kitbag.models.weights;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Named tensors in a <a href="https://github.com/huggingface/safetensors">safetensors</a> file: an
 * 8-byte little-endian length, a JSON header of that length, then the tensors' bytes. Immutable and
 * thread-safe.
 *
 * <p>A file is foreign: reading one checks every claim of the header against the size of the file
 * first and never runs code.
 */
public final class Safetensors {

  /** Longest header, as in the reference implementation. */
  public static final int MAX_HEADER_BYTES = 100_000_000;

  private static final int LENGTH_BYTES = Long.BYTES;
  private static final int ALIGNMENT = 8;
  private static final int CHUNK_BYTES = 1 << 16;

  private final Map<String, HostTensor> tensors;
  private final Map<String, String> metadata;

  private Safetensors(Map<String, HostTensor> tensors, Map<String, String> metadata) {
    this.tensors = Collections.unmodifiableMap(tensors);
    this.metadata = Collections.unmodifiableMap(metadata);
  }

  /** The tensors by name, in the order of the file. */
  public Map<String, HostTensor> tensors() {
    return tensors;
  }

  /** The free text under {@code __metadata__}; empty if there is none. */
  public Map<String, String> metadata() {
    return metadata;
  }

  /**
   * Reads a whole file. The file may exceed 2 GiB, a single tensor not.
   *
   * @throws WeightsException if the file is absent, unreadable, cut off or malformed in any way
   */
  public static Safetensors read(Path file) throws WeightsException {
    try (FileChannel channel = FileChannel.open(file)) {
      return read(channel);
    } catch (SafetensorsHeader.Malformed e) {
      throw new WeightsException(file, "not a safetensors file: " + e.getMessage(), e);
    } catch (IOException e) {
      String problem = Files.exists(file) ? "cannot be read (" + e + ")" : "there is no such file";
      throw new WeightsException(file, problem, e);
    }
  }

  private static Safetensors read(FileChannel channel)
      throws IOException, SafetensorsHeader.Malformed {
    long fileLength = channel.size();
    if (fileLength < LENGTH_BYTES) {
      throw new SafetensorsHeader.Malformed("it has only %d bytes".formatted(fileLength));
    }
    long headerLength = readFully(channel, LENGTH_BYTES).getLong();
    if (headerLength < 2 || headerLength > MAX_HEADER_BYTES) {
      throw new SafetensorsHeader.Malformed(
          "it claims a header of %s bytes; 2 to %d are possible"
              .formatted(Long.toUnsignedString(headerLength), MAX_HEADER_BYTES));
    }
    long dataLength = fileLength - LENGTH_BYTES - headerLength;
    if (dataLength < 0) {
      throw new SafetensorsHeader.Malformed(
          "it claims a header of %d bytes but has only %d bytes in all"
              .formatted(headerLength, fileLength));
    }
    String json = decode(readFully(channel, (int) headerLength));
    SafetensorsHeader header = SafetensorsHeader.parse(json, dataLength);
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    for (Map.Entry<String, SafetensorsHeader.Entry> tensor : header.tensors().entrySet()) {
      SafetensorsHeader.Entry entry = tensor.getValue();
      ByteBuffer data = readFully(channel, (int) (entry.end() - entry.begin()));
      tensors.put(tensor.getKey(), new HostTensor(entry.type(), entry.shape(), data));
    }
    return new Safetensors(tensors, header.metadata());
  }

  private static String decode(ByteBuffer utf8) throws SafetensorsHeader.Malformed {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
    } catch (CharacterCodingException e) {
      throw new SafetensorsHeader.Malformed("the header is not UTF-8");
    }
  }

  private static ByteBuffer readFully(FileChannel channel, int length)
      throws IOException, SafetensorsHeader.Malformed {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes) < 0) {
        throw new SafetensorsHeader.Malformed("it shrank while it was read");
      }
    }
    return bytes.flip();
  }

  /**
   * Writes a file. Equal tensors and metadata give equal bytes: wider element types come first (so
   * that every tensor is aligned), then names in order. The stream is neither flushed nor closed.
   *
   * @throws IllegalArgumentException if a tensor is named {@code __metadata__} or has an element
   *     type that the format lacks, or the header exceeds {@link #MAX_HEADER_BYTES}
   */
  public static void write(
      OutputStream out, Map<String, HostTensor> tensors, Map<String, String> metadata)
      throws IOException {
    List<Map.Entry<String, HostTensor>> ordered =
        tensors.entrySet().stream()
            .sorted(
                Comparator.comparingInt(
                        (Map.Entry<String, HostTensor> tensor) ->
                            -tensor.getValue().type().getNumOfBytes())
                    .thenComparing(Map.Entry::getKey))
            .toList();
    ByteBuffer header = StandardCharsets.UTF_8.newEncoder().encode(header(ordered, metadata));
    int padding = Math.floorMod(-header.remaining(), ALIGNMENT);
    long headerLength = (long) header.remaining() + padding;
    if (headerLength > MAX_HEADER_BYTES) {
      throw new IllegalArgumentException(
          "the header would take %d bytes, more than the %d that readers accept; shorten the metadata"
              .formatted(headerLength, MAX_HEADER_BYTES));
    }
    byte[] chunk = new byte[CHUNK_BYTES];
    ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    copy(length.putLong(headerLength).flip(), out, chunk);
    copy(header, out, chunk);
    out.write(" ".repeat(padding).getBytes(StandardCharsets.US_ASCII));
    for (Map.Entry<String, HostTensor> tensor : ordered) {
      copy(tensor.getValue().data(), out, chunk);
    }
  }

  private static CharBuffer header(
      List<Map.Entry<String, HostTensor>> tensors, Map<String, String> metadata)
      throws IOException {
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      if (!metadata.isEmpty()) {
        json.name(SafetensorsHeader.METADATA).beginObject();
        for (Map.Entry<String, String> item : new TreeMap<>(metadata).entrySet()) {
          json.name(item.getKey()).value(item.getValue());
        }
        json.endObject();
      }
      long position = 0;
      for (Map.Entry<String, HostTensor> tensor : tensors) {
        if (tensor.getKey().equals(SafetensorsHeader.METADATA)) {
          throw new IllegalArgumentException("a tensor cannot be named " + tensor.getKey());
        }
        HostTensor value = tensor.getValue();
        json.name(tensor.getKey()).beginObject();
        json.name("dtype").value(ElementTypes.name(value.type()));
        json.name("shape").beginArray();
        for (int size : value.shape()) {
          json.value(size);
        }
        json.endArray();
        json.name("data_offsets").beginArray().value(position);
        position += value.data().remaining();
        json.value(position).endArray().endObject();
      }
      json.endObject();
    }
    return CharBuffer.wrap(text.getBuffer());
  }

  private static void copy(ByteBuffer from, OutputStream to, byte[] chunk) throws IOException {
    while (from.hasRemaining()) {
      int length = Math.min(chunk.length, from.remaining());
      from.get(chunk, 0, length);
      to.write(chunk, 0, length);
    }
  }
}
