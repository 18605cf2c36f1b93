package io.kitbag.models.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.DataType;
import io.kitbag.models.Reference;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch wrote (src/test/python/torch_files.py), with the values that it holds. */
class WeightsFileTest {

  @TempDir Path folder;

  private static Path file(String name) {
    return Reference.file("weights/torch/" + name);
  }

  /** PyTorch's values under {@code group.<name>}, widened to float64 or int64. */
  private static Map<String, HostTensor> expected(String group) throws IOException {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    Safetensors.read(file("expected.safetensors"))
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(group + ".")) {
                tensors.put(name.substring(group.length() + 1), tensor);
              }
            });
    return tensors;
  }

  private static void assertEqual(Map<String, HostTensor> read, Map<String, HostTensor> expected) {
    assertThat(read.keySet()).containsExactlyInAnyOrderElementsOf(expected.keySet());
    expected.forEach(
        (name, values) -> {
          HostTensor tensor = read.get(name);
          assertThat(tensor.shape()).as(name).isEqualTo(values.shape());
          ByteBuffer numbers = values.data();
          if (tensor.type().isFloating()) {
            for (float value : tensor.toFloat32().toFloats()) {
              assertThat(value).as(name).isEqualTo((float) numbers.getDouble());
            }
          } else {
            ByteBuffer elements = tensor.data();
            while (elements.hasRemaining()) {
              assertThat(whole(tensor.type(), elements)).as(name).isEqualTo(numbers.getLong());
            }
          }
        });
  }

  private static long whole(DataType type, ByteBuffer elements) {
    return switch (type.getNumOfBytes()) {
      case 1 -> elements.get();
      case 2 -> elements.getShort();
      case 4 -> elements.getInt();
      default -> elements.getLong();
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip.pt", "protocol4.pt", "legacy.pth"})
  void readsEveryTypeAndStrideThatPyTorchWrote(String name) throws IOException {
    Map<String, HostTensor> read = WeightsFile.read(file(name));
    assertEqual(read, expected("every"));
    assertThat(read.get("half").type()).isEqualTo(DataType.FLOAT16);
    assertThat(read.get("bfloat16").type()).isEqualTo(DataType.BFLOAT16);
    assertThat(read.get("torch.bool").type()).isEqualTo(DataType.BOOLEAN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"wrapped.pth.tar", "wrapped-legacy.pth.tar"})
  void findsTheWeightsAmongWhatATrainingScriptSaved(String name) throws IOException {
    Map<String, HostTensor> read = new LinkedHashMap<>();
    WeightsFile.read(file(name)).forEach((key, v) -> read.put(key.replace("module.", ""), v));
    assertEqual(read, expected("net"));
  }

  @Test
  void readsSafetensorsWhateverItsLengthBeginsWith() throws IOException {
    Map<String, HostTensor> tensors = Map.of("a", HostTensor.of(new float[] {1}, 1));
    Path path = folder.resolve("a.safetensors");
    // A header of 0x0280 bytes begins like a pickle of protocol 2.
    try (OutputStream out = Files.newOutputStream(path)) {
      Safetensors.write(out, tensors, Map.of("k", "x".repeat(0x280 - 80)));
    }
    assertThat(Files.readAllBytes(path)[0]).isEqualTo((byte) 0x80);
    assertThat(WeightsFile.read(path)).isEqualTo(tensors);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "evil.pt | refers to posix.system, which is no part of a state dict (nothing was run)",
        "evil-legacy.pt | refers to posix.system",
        "module.pt | refers to torch.nn.modules.container.Sequential",
        "args.pt | refers to argparse.Namespace",
        "script.pt | TorchScript program",
        "number.pt | its entry epoch is not a tensor",
        "list.pt | no dictionary",
        "complex.pt | refers to torch.ComplexFloatStorage",
        "expanded.pt | shows its storage of 1 elements more than once",
      })
  void refusesWhatIsNoStateDict(String name, String problem) {
    assertThatThrownBy(() -> WeightsFile.read(file(name)))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(name + ": not a state dict of torch.save: ")
        .hasMessageContaining(problem);
    assertThat(Path.of("kitbag-was-here")).doesNotExist();
  }

  @Test
  void missingFilesAndFoldersAreNamed() {
    assertThatThrownBy(() -> WeightsFile.read(folder.resolve("absent.pt")))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("absent.pt: there is no such file");
    assertThatThrownBy(() -> WeightsFile.read(folder))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining(folder.toString());
  }

  /** A zip could claim any size for what it inflates; PyTorch only stores. */
  @Test
  void refusesCompressedEntries() throws IOException {
    Path bomb = folder.resolve("bomb.pt");
    try (ZipFile from = new ZipFile(file("zip.pt").toFile());
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(bomb))) {
      for (ZipEntry entry : from.stream().toList()) {
        to.putNextEntry(new ZipEntry(entry.getName()));
        from.getInputStream(entry).transferTo(to);
        to.closeEntry();
      }
    }
    assertThatThrownBy(() -> WeightsFile.read(bomb))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("compressed, which torch.save never does");
  }

  @Test
  void refusesASizeBeyondTheFileWithoutAllocatingIt() throws IOException {
    // One float in a storage that claims 2^40 of them: BININT 1 becomes LONG1 with six bytes.
    byte[] claim = "\u008a\u0006\0\0\0\0\0\1".getBytes(StandardCharsets.ISO_8859_1);
    Path path = folder.resolve("huge.pt");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(path))) {
      zip.setMethod(ZipOutputStream.STORED);
      stored(zip, "a/data.pkl", pickle(claim));
      stored(zip, "a/data/0", new byte[4]);
    }
    assertThatThrownBy(() -> WeightsFile.read(path))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("storage of w claims 4398046511104 bytes");
  }

  private static byte[] pickle(byte[] elements) {
    String before = "\u0080\2}X\1\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storage";
    before += "ctorch\nFloatStorage\nX\1\0\0\0000X\3\0\0\0cpu";
    String after = "tQK\0K\1\u0085K\1\u0085\u0089}tRs.";
    String text = before + new String(elements, StandardCharsets.ISO_8859_1) + after;
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static void stored(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(content);
    entry.setCrc(crc.getValue());
    entry.setSize(content.length);
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
