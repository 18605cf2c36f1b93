package io.kitbag.augment.data;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.PixelImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebDatasetTest {
  @TempDir Path folder;

  @Test
  void readsTarFilesOfPython() throws IOException, CorruptImageException {
    for (String name : new String[] {"gnu.tar", "pax.tar"}) {
      Path tar = folder.resolve(name);
      try (InputStream in =
          Objects.requireNonNull(WebDatasetTest.class.getResourceAsStream(name), name)) {
        Files.copy(in, tar);
      }
      WebDataset data = WebDataset.of(List.of(tar), Optional.empty());
      assertThat(data.size()).isEqualTo(3);
      assertThat(data.labels()).containsExactly(2, 0, 1);
      assertThat(data.key(1)).isEqualTo("001");
      assertThat(data.name(2)).startsWith(tar + "!deep/deep/").endsWith("extension-of-the-format");
      PixelImage image = new PixelImage();
      for (int i = 0; i < 3; i++) {
        data.read(i, image);
        assertThat(List.of(image.width(), image.get(i, 1, 0), image.get(0, 0, 2)))
            .containsExactly(i + 1, 10 * i, 30);
      }
    }
  }

  @Test
  void findsTheUsualPlacesAndPatterns() throws IOException {
    TestData.writeTar(folder.resolve("one/train/a.tar"), 0, 3);
    TestData.writeTar(folder.resolve("one/val/b.tar"), 3, 2);
    TestData.writeTar(folder.resolve("two/x-train-00.tar"), 0, 4);
    TestData.writeTar(folder.resolve("two/x-train-01.tar"), 4, 1);
    TestData.writeTar(folder.resolve("two/x-validation-00.tar"), 5, 3);
    DataSplit one = DataSplit.open(folder.resolve("one"));
    assertThat(one.train().size()).isEqualTo(3);
    assertThat(one.validation().size()).isEqualTo(2);
    DataSplit two = DataSplit.open(folder.resolve("two"));
    assertThat(two.train().shardSizes()).containsExactly(4, 1);
    assertThat(two.validation().size()).isEqualTo(3);
    DataLocation named =
        new DataLocation(
            folder,
            Optional.of("two/x-train-{00..01}.tar"),
            Optional.of("{one/val/b,two/x-validation-00}.tar"),
            Optional.empty());
    assertThat(named.open().train().size()).isEqualTo(5);
    assertThat(named.open().validation().size()).isEqualTo(5);
    DataLocation missing =
        new DataLocation(
            folder, Optional.of("two/x-train-{00..07}.tar"), Optional.empty(), Optional.empty());
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(missing::openTrain)
        .withMessageContaining("6 of the 8 files of two/x-train-{00..07}.tar do not exist")
        .withMessageContaining("x-train-02.tar");
  }

  @Test
  void doesNotGuessThatAFileIsOfBothSplits() throws IOException {
    TestData.writeTar(folder.resolve("medieval-train-00.tar"), 0, 3);
    TestData.writeTar(folder.resolve("medieval-test-00.tar"), 3, 2);
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> DataSplit.open(folder))
        .withMessageContaining("medieval-train-00.tar is named like training and validation images")
        .withMessageContaining("data.validation");
    DataLocation named =
        new DataLocation(
            folder, Optional.of("*-train-*.tar"), Optional.of("*-test-*.tar"), Optional.empty());
    assertThat(named.open().validation().size()).isEqualTo(2);
  }

  @Test
  void expandsBracesInAnyLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa"));
    try {
      assertThat(FileNames.braces("a-{08..10}.tar"))
          .containsExactly("a-08.tar", "a-09.tar", "a-10.tar");
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void expandsBracesAsAShellDoes() {
    assertThat(FileNames.braces("a-{08..11}.tar"))
        .containsExactly("a-08.tar", "a-09.tar", "a-10.tar", "a-11.tar");
    assertThat(FileNames.braces("{x,y}/{1..2}")).containsExactly("x/1", "x/2", "y/1", "y/2");
    assertThat(FileNames.braces("plain.tar")).containsExactly("plain.tar");
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> FileNames.braces("{5..2}"))
        .withMessageContaining("{5..2} in {5..2} is no range");
  }

  @Test
  void labelsAreNamesOrIndices() throws IOException {
    Path names = tar("names.tar", "0.png", "x", "0.cls", "zebra", "1.png", "x", "1.cls", "ant");
    WebDataset data = WebDataset.of(List.of(names), Optional.empty());
    assertThat(data.classes()).containsExactly("ant", "zebra");
    assertThat(data.labels()).containsExactly(1, 0);
    Path numbers = tar("numbers.tar", "0.png", "x", "0.cls", "3");
    assertThat(WebDataset.of(List.of(numbers), Optional.empty()).classes()).hasSize(4);
    ClassMap map = ClassMap.of(List.of("a", "b", "c", "d"));
    assertThat(WebDataset.of(List.of(numbers), Optional.of(map)).classes()).contains("d");
    DataSplit split =
        WebDataset.split(List.of(numbers), List.of(tarOfClassFive()), Optional.empty());
    assertThat(split.train().classes()).as("of both splits").hasSize(6);
  }

  private Path tarOfClassFive() throws IOException {
    return tar("five.tar", "0.png", "x", "0.cls", "5");
  }

  @Test
  void saysWhatIsWrongWithATarFile() throws IOException {
    assertFails(tar("a.tar", "7.png", "x"), "sample 7 has no label");
    assertFails(tar("b.tar", "7.png", "x", "7.jpg", "y", "7.cls", "1"), "7 has two images");
    assertFails(tar("c.tar", "7.png", "x", "7.json", "{"), "7.json is no JSON");
    assertFails(tar("d.tar", "readme.txt", "x"), "has no labelled image");
    assertFails(Files.writeString(folder.resolve("e.tar"), "x".repeat(1024)), "no intact tar");
    byte[] good = Files.readAllBytes(tar("f.tar", "7.png", "x".repeat(2000), "7.cls", "1"));
    assertFails(Files.write(folder.resolve("g.tar"), Arrays.copyOf(good, 1000)), "no intact tar");
    Path gone = tar("h.tar", "7.png", "x", "7.cls", "0");
    WebDataset data = WebDataset.of(List.of(gone), Optional.empty());
    Files.write(gone, Arrays.copyOf(good, 400));
    assertThatExceptionOfType(CorruptImageException.class)
        .isThrownBy(() -> data.readEncoded(0, new EncodedImage()))
        .withMessageContaining("h.tar!7: the tar file cannot be read: the file ends at byte");
  }

  @Test
  void anImageThatIsTooLargeIsCorruptAndTheOthersAreRead()
      throws IOException, CorruptImageException {
    long[] sizes = {1L << 30, 5L << 30, 100};
    Path tar = folder.resolve("huge.tar");
    try (FileChannel out =
        FileChannel.open(
            tar,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      for (int i = 0; i < sizes.length; i++) {
        out.write(header(i + ".png", sizes[i]));
        out.position(out.position() + (sizes[i] + 511) / 512 * 512);
        out.write(header(i + ".cls", 1));
        out.write(ByteBuffer.allocate(512).put((byte) '0').rewind());
      }
      out.write(ByteBuffer.allocate(1024));
    }
    WebDataset data = WebDataset.of(List.of(tar), Optional.empty());
    EncodedImage file = new EncodedImage();
    for (int i = 0; i < 2; i++) {
      int index = i;
      assertThatExceptionOfType(CorruptImageException.class)
          .isThrownBy(() -> data.readEncoded(index, file))
          .withMessageContaining("huge.tar!" + i)
          .withMessageContaining(
              "the image has at least %d bytes", Math.min(sizes[i], Integer.MAX_VALUE))
          .withMessageContaining("the limit is 1073741823");
    }
    assertThat(data.readEncoded(2, file)).isTrue();
    assertThat(file.length()).isEqualTo(100);
  }

  private static ByteBuffer header(String name, long size) {
    byte[] block = new byte[512];
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(size);
    entry.writeEntryHeader(block);
    return ByteBuffer.wrap(block);
  }

  @Test
  void anInterruptedReaderEndsAsInterrupted() throws IOException, CorruptImageException {
    Path tar = folder.resolve("train-0.tar");
    TestData.writeTar(tar, 0, 2);
    WebDataset data = WebDataset.of(List.of(tar), Optional.empty());
    EncodedImage file = new EncodedImage();
    data.readEncoded(0, file);
    Thread.currentThread().interrupt();
    assertThatIllegalStateException()
        .isThrownBy(() -> data.readEncoded(1, file))
        .withMessage("interrupted while reading " + data.name(1))
        .withCauseInstanceOf(ClosedByInterruptException.class);
    assertThat(Thread.interrupted()).as("flag").isTrue();
    assertThat(data.readEncoded(1, file)).as("afterwards").isTrue();
  }

  @Test
  void anInterruptedReaderDoesNotDisturbOthers() throws Exception {
    Path tar = tar("train-0.tar", "0.png", "x".repeat(1 << 20), "0.cls", "0");
    WebDataset data = WebDataset.of(List.of(tar), Optional.empty());
    AtomicBoolean stop = new AtomicBoolean();
    FutureTask<Integer> reader =
        new FutureTask<>(
            () -> {
              EncodedImage file = new EncodedImage();
              int reads = 0;
              do {
                data.readEncoded(0, file);
                reads++;
              } while (!stop.get());
              return reads;
            });
    new Thread(reader).start();
    EncodedImage file = new EncodedImage();
    try {
      // Each time the file is closed, most often while the reader reads it.
      for (int i = 0; i < 1000 && !reader.isDone(); i++) {
        Thread.currentThread().interrupt();
        assertThatException().isThrownBy(() -> data.readEncoded(0, file));
      }
    } finally {
      stop.set(true);
      assertThat(Thread.interrupted()).as("flag").isTrue();
    }
    assertThat(reader.get()).as("reads of the other").isPositive();
  }

  @Test
  void anIndexGivesTheSameAsTheTarFileAndIsNotUsedIfItIsOld()
      throws IOException, CorruptImageException {
    Path tar = folder.resolve("train-0.tar");
    TestData.writeTar(tar, 0, 5);
    WebDataset scanned = WebDataset.of(List.of(tar), Optional.empty());
    List<ShardIndex.Row> rows = new ArrayList<>();
    ShardContents contents = TarScan.of(tar);
    for (int i = 0; i < 5; i++) {
      String label = contents.labelTexts().get(contents.label(i));
      rows.add(
          new ShardIndex.Row(
              contents.key(i) + "x", label, contents.offset(i), contents.length(i), 1, 1));
    }
    byte[] bytes = ShardIndex.toBytes(rows, Files.size(tar));
    Files.write(ShardIndex.of(tar), bytes);
    WebDataset indexed = WebDataset.of(List.of(tar), Optional.empty());
    assertThat(indexed.key(4)).as("comes from the index").isEqualTo("004x");
    assertThat(indexed.labels()).isEqualTo(scanned.labels());
    EncodedImage one = new EncodedImage();
    EncodedImage two = new EncodedImage();
    for (int i = 0; i < 5; i++) {
      assertThat(indexed.readEncoded(i, one) && scanned.readEncoded(i, two)).isTrue();
      assertThat(Arrays.copyOf(one.bytes(), one.length()))
          .isEqualTo(Arrays.copyOf(two.bytes(), two.length()));
    }
    TestData.writeTar(tar, 0, 45);
    assertThat(WebDataset.of(List.of(tar), Optional.empty()).size()).as("old index").isEqualTo(45);
  }

  @Test
  void damagedFilesGiveOneKindOfError() throws IOException {
    Path tar = folder.resolve("train-0.tar");
    TestData.writeTar(tar, 0, 3);
    byte[] goodTar = Files.readAllBytes(tar);
    byte[] goodIndex =
        ShardIndex.toBytes(List.of(new ShardIndex.Row("k", "0", 512, 70, 1, 1)), Files.size(tar));
    Random random = new Random(1);
    for (int round = 0; round < 600; round++) {
      boolean ofTar = round % 2 == 0;
      byte[] bytes = (ofTar ? goodTar : goodIndex).clone();
      for (int i = random.nextInt(4); i >= 0; i--) {
        // Three of four hits are in a header.
        int at =
            ofTar && i > 0
                ? random.nextInt(3) * 512 + random.nextInt(512)
                : random.nextInt(bytes.length);
        bytes[at % bytes.length] = (byte) random.nextInt();
      }
      bytes = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
      Files.deleteIfExists(ShardIndex.of(tar));
      Files.write(ofTar ? tar : ShardIndex.of(tar), bytes);
      Files.write(ofTar ? ShardIndex.of(tar).resolveSibling("x") : tar, goodTar);
      try {
        assertThat(WebDataset.of(List.of(tar), Optional.empty()).size()).isBetween(1, 3);
      } catch (DatasetException e) {
        assertThat(e).hasMessageContaining("train-0.tar");
      }
    }
  }

  private void assertFails(Path tar, String message) {
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> WebDataset.of(List.of(tar), Optional.empty()))
        .withMessageContaining(message)
        .withMessageContaining(tar.getFileName().toString());
  }

  private Path tar(String file, String... namesAndTexts) throws IOException {
    Path path = folder.resolve(file);
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(Files.newOutputStream(path))) {
      for (int i = 0; i < namesAndTexts.length; i += 2) {
        TestData.member(tar, namesAndTexts[i], namesAndTexts[i + 1].getBytes(US_ASCII));
      }
    }
    return path;
  }
}
