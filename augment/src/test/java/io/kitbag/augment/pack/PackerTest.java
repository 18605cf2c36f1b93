package io.kitbag.augment.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kitbag.augment.CorruptImage;
import io.kitbag.augment.data.BuiltIn;
import io.kitbag.augment.data.DataSplit;
import io.kitbag.augment.data.DatasetException;
import io.kitbag.augment.data.ImageDataset;
import io.kitbag.augment.data.ShardIndex;
import io.kitbag.augment.data.Subset;
import io.kitbag.augment.data.TestData;
import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.EncodedImage;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.pack.Packer.Part;
import io.kitbag.augment.random.Draws;
import io.kitbag.augment.transform.Resize;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadataNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.NodeList;

@Timeout(60)
class PackerTest {
  private static final PackSettings SETTINGS = new PackSettings(24, 90, 7, 2);

  @TempDir Path folder;
  private final List<CorruptImage> leftOut = new ArrayList<>();
  private long done;

  @Test
  void packedImagesAreTheResizedOnesUnderTheirLabels() throws IOException, CorruptImageException {
    ImageDataset source = source("data");
    PackResult result = pack("out", SETTINGS, source);
    assertThat(result.images()).isEqualTo(20);
    assertThat(result.leftOut()).isEqualTo(1);
    assertThat(leftOut).extracting(CorruptImage::name).containsExactly(source.name(2));
    assertThat(done).isEqualTo(22);
    ImageDataset packed = DataSplit.open(folder.resolve("out")).train();
    assertThat(packed.classes()).containsExactly("1", "10", "2");
    int[] order = order(source.size());
    PixelImage expected = new PixelImage();
    PixelImage actual = new PixelImage();
    int place = 0;
    for (int index : order) {
      if (index == 2) {
        continue;
      }
      assertThat(packed.label(place)).isEqualTo(source.label(index));
      source.read(index, expected);
      if (Math.min(expected.width(), expected.height()) > 24) {
        new Resize(24).apply(expected, Draws.keyed(0, 0, 0, 0));
      }
      packed.read(place++, actual);
      assertThat(List.of(actual.width(), actual.height()))
          .containsExactly(expected.width(), expected.height());
      double square = 0;
      for (int i = 0; i < actual.length(); i++) {
        double difference = (actual.pixels()[i] & 0xff) - (expected.pixels()[i] & 0xff);
        square += difference * difference;
      }
      // Smooth pictures at quality 90 lose about two levels; a wrong picture differs by dozens.
      assertThat(Math.sqrt(square / actual.length())).as("image %d", index).isLessThan(6);
    }
    assertThat(place).isEqualTo(packed.size());
  }

  @Test
  void workersAndInterruptionsDoNotChangeTheFiles() throws IOException {
    ImageDataset source = source("data");
    pack("one", new PackSettings(24, 90, 7, 1), source);
    Map<String, byte[]> expected = files("one");
    assertThat(expected.keySet())
        .contains("classes.txt", "pack.json", "train-000002.tar", "train-000002.tar.index");
    pack("seven", new PackSettings(24, 90, 7, 7), source);
    assertThat(files("seven")).usingRecursiveComparison().isEqualTo(expected);

    Path out = folder.resolve("one");
    Files.delete(out.resolve("train-000001.tar.index"));
    Path cut = out.resolve("train-000000.tar");
    Files.write(cut, Arrays.copyOf(Files.readAllBytes(cut), 1000));
    Files.writeString(out.resolve(".train-000001.tar.tmp"), "left by a process that was killed");
    assertThat(pack("one", SETTINGS, source).reused()).isEqualTo(2);
    assertThat(files("one")).usingRecursiveComparison().isEqualTo(expected);
    assertThat(pack("one", SETTINGS, source).reused()).isEqualTo(4);
    Files.move(folder.resolve("data"), folder.resolve("moved"));
    pack("again", SETTINGS, TestData.folder(folder.resolve("moved")));
    assertThat(files("again")).usingRecursiveComparison().isEqualTo(expected);
  }

  @Test
  void packingGoesOnWhereverItsBeginningWasCutOff() throws IOException {
    ImageDataset source = source("data");
    pack("whole", SETTINGS, source);
    Map<String, byte[]> expected = files("whole");
    List<Map<String, byte[]>> remains =
        List.of(
            Map.of(".pack.json.tmp", Arrays.copyOf(expected.get("pack.json"), 20)),
            Map.of("pack.json", expected.get("pack.json")),
            Map.of("pack.json", expected.get("pack.json"), ".classes.txt.tmp", new byte[0]),
            Map.of("classes.txt", expected.get("classes.txt")));
    for (int i = 0; i < remains.size(); i++) {
      Path out = Files.createDirectory(folder.resolve("cut" + i));
      for (Map.Entry<String, byte[]> file : remains.get(i).entrySet()) {
        Files.write(out.resolve(file.getKey()), file.getValue());
      }
      pack("cut" + i, SETTINGS, source);
      assertThat(files("cut" + i))
          .as("after %s", remains.get(i).keySet())
          .usingRecursiveComparison()
          .isEqualTo(expected);
    }
  }

  @Test
  void anImageThatIsTooLongForAJpegIsLeftOut() throws IOException {
    TestData.writePng(folder.resolve("data/a/0.png"), 6, 5);
    TestData.writePng(folder.resolve("data/a/1.png"), 65501, 1);
    pack("out", SETTINGS, TestData.folder(folder.resolve("data")));
    assertThat(leftOut)
        .containsExactly(
            new CorruptImage(
                1,
                folder.resolve("data/a/1.png").toString(),
                "65501x1 pixels are more than the 65500 that a JPEG's side may have; cut it into"
                    + " parts or remove it"));
  }

  @Test
  void filesOfOthersAreLeftAlone() throws IOException {
    ImageDataset source = source("data");
    for (String text : List.of("1\n10\n3\n", "1\tone\n10\n2\n", "")) {
      Path other = folder.resolve("other" + text.length()).resolve("classes.txt");
      Files.createDirectories(other.getParent());
      Files.writeString(other, text);
      assertFails(other.getParent().toString(), SETTINGS, source, "other files, such as classes");
      assertThat(other).hasContent(text);
      assertThat(other.getParent().toFile().list()).containsExactly("classes.txt");
    }
  }

  @Test
  void filesAreTheSameInAnyLocale() throws IOException {
    ImageDataset source = source("data");
    pack("plain", SETTINGS, source);
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa"));
    try {
      pack("persian", SETTINGS, source);
    } finally {
      Locale.setDefault(before);
    }
    assertThat(files("persian")).usingRecursiveComparison().isEqualTo(files("plain"));
  }

  @Test
  void smallBaselineJpegsAreNotCodedAgain() throws IOException, CorruptImageException {
    ImageDataset source = source("data");
    pack("out", new PackSettings(1000, 90, 50, 2), source);
    pack(
        "repacked",
        new PackSettings(500, 50, 50, 2),
        DataSplit.open(folder.resolve("out")).train());
    EncodedImage first = new EncodedImage();
    EncodedImage second = new EncodedImage();
    ImageDataset once = DataSplit.open(folder.resolve("out")).train();
    ImageDataset twice = DataSplit.open(folder.resolve("repacked")).train();
    int[] order = order(20);
    for (int i = 0; i < 20; i++) {
      once.readEncoded(order[i], first);
      twice.readEncoded(i, second);
      assertThat(Arrays.copyOf(second.bytes(), second.length()))
          .isEqualTo(Arrays.copyOf(first.bytes(), first.length()));
    }
  }

  @Test
  void jpegsAreBaselineWithHalvedChromaAndSeekPoints() throws IOException, CorruptImageException {
    pack("out", SETTINGS, source("data"));
    EncodedImage file = new EncodedImage();
    DataSplit.open(folder.resolve("out")).train().readEncoded(0, file);
    assertThat(JpegHeader.isPlainBaseline(file.bytes(), file.length())).isTrue();
    byte[] jpeg = Arrays.copyOf(file.bytes(), file.length());
    assertThat(new String(jpeg, StandardCharsets.ISO_8859_1)).contains("KitbagSeek");
    ImageReader reader = ImageIO.getImageReadersByFormatName("jpeg").next();
    reader.setInput(
        ImageIO.createImageInputStream(new ByteArrayInputStream(file.bytes(), 0, file.length())));
    NodeList components =
        ((IIOMetadataNode) reader.getImageMetadata(0).getAsTree("javax_imageio_jpeg_image_1.0"))
            .getElementsByTagName("componentSpec");
    List<String> sampling = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      IIOMetadataNode component = (IIOMetadataNode) components.item(i);
      sampling.add(
          component.getAttribute("HsamplingFactor") + component.getAttribute("VsamplingFactor"));
    }
    assertThat(sampling).containsExactly("22", "11", "11");
  }

  @Test
  void whatIsInTheWayIsNamed() throws IOException {
    ImageDataset source = source("data");
    pack("out", SETTINGS, source);
    assertFails(
        "out", new PackSettings(25, 90, 7, 1), source, "holds a pack of other images or settings");
    assertFails("out", SETTINGS, BuiltIn.train(0, 21), "holds a pack of other images or settings");
    assertFails("data", SETTINGS, source, "holds other files");
    Files.createDirectories(folder.resolve("bad/a"));
    Files.writeString(folder.resolve("bad/a/1.png"), "no picture");
    assertFails(
        "bad-out", SETTINGS, TestData.folder(folder.resolve("bad")), "none of the 1 images for");
    assertThat(folder.resolve("bad-out/train-000000.tar")).doesNotExist();
    assertThat(folder.resolve("bad-out/.train-000000.tar.tmp")).doesNotExist();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PackSettings(24, 101, 7, 1))
        .withMessage("quality=101 must be at most 100");
  }

  @Test
  void theIndexKnowsSizes() throws IOException {
    pack("out", SETTINGS, source("data"));
    Path tar = folder.resolve("out/train-000000.tar");
    assertThat(ShardIndex.sizeIfIntact(tar)).hasValue(ShardIndex.scan(tar).size());
  }

  /** 21 images of three classes whose names sort differently as numbers, one of them corrupt. */
  private ImageDataset source(String name) throws IOException {
    Path root = folder.resolve(name);
    for (int i = 0; i < 21; i++) {
      Path file = root.resolve(List.of("1", "2", "10").get(i % 3)).resolve("%02d.png".formatted(i));
      Files.createDirectories(file.getParent());
      BufferedImage image = new BufferedImage(20 + 2 * i, 60 - i, BufferedImage.TYPE_INT_RGB);
      for (int y = 0; y < image.getHeight(); y++) {
        for (int x = 0; x < image.getWidth(); x++) {
          image.setRGB(x, y, (10 * i) << 16 | (3 * x) << 8 | 4 * y);
        }
      }
      ImageIO.write(image, "png", file.toFile());
    }
    ImageDataset data = TestData.folder(root);
    Files.writeString(Path.of(data.name(2)), "no picture");
    return data;
  }

  private PackResult pack(String out, PackSettings settings, ImageDataset train)
      throws IOException {
    leftOut.clear();
    PackListener listener =
        new PackListener() {
          @Override
          public void advance(long images) {
            done = images;
          }

          @Override
          public void leftOut(CorruptImage image) {
            leftOut.add(image);
          }
        };
    Part validation = new Part("val", Subset.of(train, new int[] {0}), false);
    PackResult result =
        new Packer(folder.resolve(out), settings, listener)
            .pack(List.of(new Part("train", train, true), validation));
    return new PackResult(
        result.images() - 1, result.leftOut(), result.shards(), result.reused(), result.bytes());
  }

  private static int[] order(int size) {
    return Draws.keyed(0, Draws.purpose("pack order"), 0, 0).permutation(size);
  }

  private Map<String, byte[]> files(String name) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.list(folder.resolve(name))) {
      for (Path file : all.toList()) {
        files.put(file.getFileName().toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private void assertFails(String out, PackSettings settings, ImageDataset data, String message) {
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> pack(out, settings, data))
        .withMessageContaining(message);
  }
}
