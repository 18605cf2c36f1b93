package io.kitbag.augment.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.kitbag.augment.data.TestData;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageDecoderTest {
  private record Reference(byte[] file, PixelImage pixels) {}

  private static final Map<String, Reference> FILES = new LinkedHashMap<>();

  private final ImageDecoder decoder = new ImageDecoder();
  private final PixelImage image = new PixelImage();

  @BeforeAll
  static void load() throws IOException {
    try (DataInputStream in = ReferenceImages.open("files.bin")) {
      for (int left = in.readInt(); left > 0; left--) {
        String name = in.readUTF();
        byte[] file = in.readNBytes(in.readInt());
        FILES.put(name, new Reference(file, ReferenceImages.image(in, in.readInt(), in.readInt())));
      }
    }
  }

  @Test
  void readsWebPThroughAPlugInIfThereIsOne(@TempDir Path folder)
      throws IOException, CorruptImageException {
    byte[] file;
    try (DataInputStream in = ReferenceImages.open("pattern.webp")) {
      file = in.readAllBytes();
    }
    decoder.decode(file, file.length, "pattern.webp", image);
    assertThat(ReferenceImages.bytes(image))
        .isEqualTo(ReferenceImages.bytes(ReferenceImages.pattern(9, 7)));
    byte[] sound = file.clone();
    sound[8] = 'A';
    assertCorrupt(
        Files.write(folder.resolve("x.webp"), sound),
        "x.webp",
        "not a JPEG, PNG, BMP, GIF or WebP: it starts with 52494646");
    Path cut = Files.write(folder.resolve("cut.webp"), Arrays.copyOf(file, 60));
    assertCorrupt(cut, "cut.webp", "the WEBP cannot be decoded");
  }

  @Test
  void decodesEveryKindAsPillowDoes() throws CorruptImageException {
    assertThat(FILES).hasSizeGreaterThan(15);
    // Twice: a reader that is used again must not remember the file before.
    for (int round = 0; round < 2; round++) {
      for (Map.Entry<String, Reference> entry : FILES.entrySet()) {
        String name = entry.getKey();
        PixelImage expected = entry.getValue().pixels;
        decoder.decode(entry.getValue().file, entry.getValue().file.length, name, image);
        assertThat(image.width()).as(name).isEqualTo(expected.width());
        assertThat(image.height()).as(name).isEqualTo(expected.height());
        // Four components go through the runtime's JPEG library, whose colours round differently.
        int tolerance = name.contains("cmyk") || name.contains("ycck") ? 3 : 0;
        for (int i = 0; i < expected.length(); i++) {
          assertThat(image.pixels()[i] & 0xff)
              .as("%s byte %d", name, i)
              .isCloseTo(expected.pixels()[i] & 0xff, within(tolerance));
        }
      }
    }
  }

  @Test
  void namesTheFileAndTheReason(@TempDir Path folder) throws IOException {
    Path text = Files.writeString(folder.resolve("notes.jpg"), "not an image");
    assertCorrupt(text, "notes.jpg", "not a JPEG, PNG, BMP, GIF or WebP");
    assertCorrupt(Files.createFile(folder.resolve("empty.png")), "empty.png", "empty");
    assertCorrupt(folder.resolve("gone.png"), "gone.png", "gone");
    assertCorrupt(Files.createDirectory(folder.resolve("dir.png")), "dir.png", "cannot be read");
    assertCorrupt(
        TestData.writeZeros(folder.resolve("huge.png"), 1L << 30),
        "huge.png",
        "the image has at least 1073741824 bytes, the limit is 1073741823; save it smaller");
  }

  @Test
  void everyTruncatedFileIsCorruptAndTheDecoderGoesOn() throws CorruptImageException {
    FILES.forEach(
        (name, reference) -> {
          for (int percent : new int[] {5, 30, 60, 75}) {
            byte[] cut =
                Arrays.copyOf(reference.file, Math.max(4, reference.file.length * percent / 100));
            assertThatExceptionOfType(CorruptImageException.class)
                .as("%s cut to %d %%", name, percent)
                .isThrownBy(() -> decoder.decode(cut, cut.length, name, image))
                .withMessageStartingWith(name + ": ");
          }
        });
    Reference whole = FILES.get("420.jpg");
    decoder.decode(whole.file, whole.file.length, "420.jpg", image);
    assertThat(image.width()).isEqualTo(45);
  }

  @Test
  void damagedFilesGiveCorruptImageExceptionsAndNothingElse() {
    Random random = new Random(7);
    int corrupt = 0;
    for (Map.Entry<String, Reference> entry : FILES.entrySet()) {
      for (int i = 0; i < 60; i++) {
        byte[] damaged = entry.getValue().file.clone();
        for (int k = 0; k < 4; k++) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        try {
          decoder.decode(damaged, damaged.length, entry.getKey(), image);
        } catch (CorruptImageException e) {
          corrupt++;
        }
      }
    }
    assertThat(corrupt).isGreaterThan(100);
  }

  @Test
  void refusesMorePixelsThanAllowedBeforeDecoding() {
    Reference reference = FILES.get("rgb.png");
    assertThatExceptionOfType(CorruptImageException.class)
        .isThrownBy(
            () ->
                new ImageDecoder(19 * 14 - 1)
                    .decode(reference.file, reference.file.length, "big", image))
        .withMessageContaining("19x14 pixels exceed the limit of 265");
  }

  private void assertCorrupt(Path path, String name, String reason) {
    assertThatExceptionOfType(CorruptImageException.class)
        .isThrownBy(() -> decoder.decode(path, path.toString(), image))
        .withMessageContaining(name)
        .withMessageContaining(reason)
        .satisfies(e -> assertThat(e.image()).isEqualTo(path.toString()));
  }
}
