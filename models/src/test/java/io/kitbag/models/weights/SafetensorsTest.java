package io.kitbag.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import io.kitbag.models.Reference;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsTest {

  private static final Map<String, HostTensor> TENSORS =
      Map.of(
          "layer1.0.conv1.weight", HostTensor.of(new float[] {1, -2, 3.5f, 0, 5, 6}, 1, 2, 3),
          "a \"quoted\" näme\n", HostTensor.of(new float[] {-0f}, 1),
          "scalar", HostTensor.of(new float[] {Float.NaN}),
          "empty", HostTensor.of(new float[0], 0, 4),
          "flags", new HostTensor(DataType.BOOLEAN, List.of(3), ByteBuffer.wrap(new byte[3])),
          "steps", new HostTensor(DataType.INT64, List.of(2), ByteBuffer.allocate(16)));
  private static final Map<String, String> METADATA = Map.of("kitbag", "{\"epoch\": 3}", "ü", "");

  @TempDir Path folder;

  private static byte[] bytes(Map<String, HostTensor> tensors, Map<String, String> metadata)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Safetensors.write(out, tensors, metadata);
    return out.toByteArray();
  }

  private static byte[] file(String header, int dataLength) {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + json.length + dataLength)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(json.length)
        .put(json)
        .array();
  }

  private Safetensors read(byte[] bytes) throws IOException {
    return Safetensors.read(Files.write(folder.resolve("weights.safetensors"), bytes));
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    Safetensors read = read(bytes(TENSORS, METADATA));
    assertThat(read.tensors()).isEqualTo(TENSORS);
    assertThat(read.metadata()).isEqualTo(METADATA);
    assertThat(WeightsDigest.sha256(read.tensors())).isEqualTo(WeightsDigest.sha256(TENSORS));

    assertThat(read(bytes(Map.of(), Map.of())).tensors()).isEmpty();
  }

  @Test
  void equalTensorsGiveEqualAlignedFiles() throws IOException {
    Map<String, HostTensor> reversed = new LinkedHashMap<>();
    TENSORS.keySet().stream()
        .sorted((a, b) -> b.compareTo(a))
        .forEach(name -> reversed.put(name, TENSORS.get(name)));
    byte[] file = bytes(TENSORS, METADATA);

    assertThat(bytes(reversed, METADATA)).isEqualTo(file);
    assertThat(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong() % 8).isZero();
  }

  @Test
  void readsWhatTheReferenceImplementationWrote() throws IOException {
    Safetensors file = Safetensors.read(Reference.file("weights/python.safetensors"));

    assertThat(file.metadata()).containsEntry("note", "größer");
    assertThat(file.tensors()).hasSize(15);
    assertThat(file.tensors().get("scalar")).isEqualTo(HostTensor.of(new float[] {3.5f}));
    assertThat(file.tensors().get("empty").shape()).containsExactly(0, 4);
    assertThat(file.tensors().get("naïve \"name\"\n").toFloats()).containsExactly(1);
    assertThat(file.tensors().get("type.f4").toFloats()).containsExactly(0, 1, 2, 3, 4, 5);
    Map<String, DataType> types = new LinkedHashMap<>();
    file.tensors().forEach((name, tensor) -> types.put(name, tensor.type()));
    assertThat(types)
        .containsEntry("type.bool", DataType.BOOLEAN)
        .containsEntry("type.u1", DataType.UINT8)
        .containsEntry("type.i1", DataType.INT8)
        .containsEntry("type.u2", DataType.UINT16)
        .containsEntry("type.i2", DataType.INT16)
        .containsEntry("type.f2", DataType.FLOAT16)
        .containsEntry("type.u4", DataType.UINT32)
        .containsEntry("type.i4", DataType.INT32)
        .containsEntry("type.u8", DataType.UINT64)
        .containsEntry("type.i8", DataType.INT64)
        .containsEntry("type.f8", DataType.FLOAT64);
    assertThat(file.tensors().get("type.i8").data().getLong(5 * 8)).isEqualTo(5);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                                                   | not a JSON object
          {"a":1}                                                              | not valid JSON
          {"a":{"dtype":"F32","shape":[1]}}                                    | lacks one of
          {"a":{"dtype":"F99","shape":[1],"data_offsets":[0,4]}}               | unknown dtype F99
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}               | takes 8 bytes but has 4
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}               | not a begin and an end
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}             | not a begin and an end
          {"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}             | not a whole number
          {"a":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}             | not a whole number
          {"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}              | not a whole number
          {"a":{"dtype":"F32","shape":[99999999999],"data_offsets":[0,4]}}     | larger than 2 GiB
          {"a":{"dtype":"F32","shape":[65536,65536,4],"data_offsets":[0,0]}}   | larger than 2 GiB
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}               | begins at byte 4
          {"a":{"dtype":"F32","shape":[],"data_offsets":[0,4],"x":1}}          | unknown field x
          {"a":{"dtype":"F32","dtype":"F32"}}                                  | dtype twice
          {"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}                | take 2 bytes but 4 follow
          {"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}                | take 8 bytes but 4 follow
          {"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}} | b begins at byte 2
          {"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}} | a twice
          {"__metadata__":{"x":1}}                                             | not text
          {"__metadata__":{"x":"1","x":"1"}}                                   | x twice
          {"__metadata__":{},"__metadata__":{}}                                | __metadata__ twice
          {"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}} {}             | JSON
          """)
  void malformedHeadersAreRefusedWithTheirProblem(String header, String problem) {
    assertThatThrownBy(() -> read(file(header, 4)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("weights.safetensors: not a safetensors file")
        .hasMessageContaining(problem);
  }

  @Test
  void claimsBeyondTheFileAllocateNothing() throws IOException {
    byte[] huge = file("{}", 0);
    ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putLong(Long.MAX_VALUE);
    assertThatThrownBy(() -> read(huge))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("claims a header of 9223372036854775807 bytes");
    ByteBuffer.wrap(huge).order(ByteOrder.LITTLE_ENDIAN).putLong(90_000_000);
    assertThatThrownBy(() -> read(huge))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("only 10 bytes in all");
    assertThatThrownBy(() -> read(new byte[5])).hasMessageContaining("only 5 bytes");
  }

  @Test
  void missingFilesAndFoldersAreNamed() {
    assertThatThrownBy(() -> Safetensors.read(folder.resolve("absent")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("absent: there is no such file");
    assertThatThrownBy(() -> Safetensors.read(folder))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(folder.toString());
  }

  /** Whatever happens to a file, reading it succeeds or throws the one exception. */
  @Test
  void mutatedFilesFailInOneWay() throws IOException {
    byte[] original = bytes(TENSORS, METADATA);
    int headerEnd = 8 + (int) ByteBuffer.wrap(original).order(ByteOrder.LITTLE_ENDIAN).getLong();
    SplittableRandom random = new SplittableRandom(1);
    Path path = folder.resolve("mutant");
    int refused = 0;
    int rounds = 4000;
    for (int round = 0; round < rounds; round++) {
      byte[] mutant = mutate(original, headerEnd, random);
      try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
        file.setLength(mutant.length);
        file.write(mutant);
      }
      try {
        Safetensors.read(path).tensors().values().forEach(HostTensor::size);
      } catch (WeightsException e) {
        assertThat(e).hasMessageStartingWith(path.toString());
        refused++;
      }
    }
    assertThat(refused).as("refused of %d", rounds).isGreaterThan(rounds / 2);
  }

  private static byte[] mutate(byte[] original, int headerEnd, SplittableRandom random) {
    byte[] mutant = original.clone();
    switch (random.nextInt(5)) {
      case 0 -> mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length));
      case 1 -> mutant = Arrays.copyOf(mutant, mutant.length + 1 + random.nextInt(20));
      case 2 -> mutant[random.nextInt(8)] = (byte) random.nextInt(256);
      case 3 -> {
        int from = 8 + random.nextInt(headerEnd - 8);
        int to = from + random.nextInt(Math.min(12, headerEnd - from));
        byte[] shorter = new byte[mutant.length - (to - from)];
        System.arraycopy(mutant, 0, shorter, 0, from);
        System.arraycopy(mutant, to, shorter, from, mutant.length - to);
        mutant = shorter;
      }
      default -> {
        for (int i = 0; i <= random.nextInt(4); i++) {
          byte[] likely = "{}[]\":,0123456789-eE. \\u".getBytes(StandardCharsets.US_ASCII);
          mutant[8 + random.nextInt(headerEnd - 8)] = likely[random.nextInt(likely.length)];
        }
      }
    }
    return mutant;
  }

  @Test
  void writingRefusesWhatTheFormatCannotHold() {
    HostTensor tensor = HostTensor.of(new float[1], 1);
    assertThatThrownBy(() -> bytes(Map.of("__metadata__", tensor), Map.of()))
        .isInstanceOf(IllegalArgumentException.class);
    HostTensor complex = new HostTensor(DataType.COMPLEX64, List.of(1), ByteBuffer.allocate(4));
    assertThatThrownBy(() -> bytes(Map.of("c", complex), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("complex64");
  }
}
