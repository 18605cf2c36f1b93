package io.kitbag.augment.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.image.ReferenceImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path folder;

  @Test
  void sortsClassesAndFilesAndFindsNestedImages() throws IOException, CorruptImageException {
    TestData.writePng(folder.resolve("zebra/b.png"), 5, 4);
    TestData.writePng(folder.resolve("ant/deep/er/a.PNG"), 3, 2);
    TestData.writePng(folder.resolve("ant/c.png"), 6, 2);
    TestData.writePng(folder.resolve(".cache/x.png"), 1, 1);
    ImageFolder data = ImageFolder.of(folder);
    assertThat(data.classes()).containsExactly("ant", "zebra");
    assertThat(data.size()).isEqualTo(3);
    assertThat(data.classCounts()).containsExactly(2, 1);
    assertThat(data.path(0)).isEqualTo(folder.resolve("ant/c.png"));
    assertThat(data.path(1)).isEqualTo(folder.resolve("ant/deep/er/a.PNG"));
    assertThat(data.label(2)).isEqualTo(1);
    PixelImage image = new PixelImage();
    data.read(2, image);
    assertThat(ReferenceImages.bytes(image))
        .isEqualTo(ReferenceImages.bytes(ReferenceImages.pattern(5, 4)));
  }

  @Test
  void listsWhatItIgnores() throws IOException {
    TestData.writePng(folder.resolve("a/1.png"), 2, 2);
    Files.writeString(folder.resolve("a/notes.txt"), "x");
    Files.writeString(folder.resolve("a/.hidden.png"), "x");
    Files.writeString(folder.resolve("README.md"), "x");
    assertThat(ImageFolder.of(folder).passedOver())
        .containsExactlyInAnyOrder(
            folder.resolve("a/notes.txt") + ": not named like an image",
            folder.resolve("a/.hidden.png") + ": hidden",
            folder.resolve("README.md") + ": in no class folder");
  }

  @Test
  void followsLinksButNotInCircles() throws IOException {
    TestData.writePng(folder.resolve("elsewhere/more/2.png"), 2, 2);
    TestData.writePng(folder.resolve("data/a/1.png"), 2, 2);
    Path a = folder.resolve("data/a");
    Files.createSymbolicLink(a.resolve("linked"), folder.resolve("elsewhere"));
    Files.createSymbolicLink(a.resolve("one.png"), a.resolve("1.png"));
    Files.createSymbolicLink(a.resolve("circle"), folder.resolve("data"));
    Files.createSymbolicLink(a.resolve("gone.png"), folder.resolve("nowhere.png"));
    ImageFolder data = ImageFolder.of(folder.resolve("data"));
    assertThat(List.of(data.path(0), data.path(1), data.path(2)))
        .containsExactly(a.resolve("1.png"), a.resolve("linked/more/2.png"), a.resolve("one.png"));
    assertThat(data.passedOver())
        .containsExactly(
            a.resolve("circle/a") + ": a link to a folder above it",
            a.resolve("gone.png") + ": a link to nothing");
  }

  @Test
  void aClassMapOrdersNamesAndChoosesClasses() throws IOException, CorruptImageException {
    for (String name : new String[] {"n01", "n02", "n03"}) {
      TestData.writePng(folder.resolve("train/" + name + "/1.png"), 2, 2);
      TestData.writePng(folder.resolve("val/" + name + "/1.png"), 2, 2);
    }
    Files.writeString(folder.resolve("classes.txt"), "n03\tzebra\n\nn01\tant lion\n");
    DataSplit split = DataSplit.open(folder);
    assertThat(split.validation().classes()).containsExactly("zebra", "ant lion");
    assertThat(split.train().name(0)).contains("n03");
    assertThat(split.train().size()).isEqualTo(2);
    assertThat(split.train().passedOver())
        .containsExactly(folder.resolve("train/n02") + ": not in the class map");

    Path other = Files.writeString(folder.resolve("other.txt"), "n02\nn09\n");
    DataLocation chosen =
        new DataLocation(folder, Optional.empty(), Optional.empty(), Optional.of(other));
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(chosen::open)
        .withMessageContaining("no folder for 1 of the 2 classes of the class map: n09");
    Files.writeString(other, "n02\nn02\n");
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(chosen::open)
        .withMessageContaining("class \"n02\" is listed twice");
    Files.write(other, new byte[] {(byte) 0xff, (byte) 0xfe});
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(chosen::open)
        .withMessageContaining("is no UTF-8 text");
  }

  @Test
  void placesCanBeNamed() throws IOException {
    TestData.writePng(folder.resolve("first/a/1.png"), 2, 2);
    TestData.writePng(folder.resolve("second/a/2.png"), 2, 2);
    DataSplit split =
        new DataLocation(folder, Optional.of("first"), Optional.of("second"), Optional.empty())
            .open();
    assertThat(split.train().name(0)).contains("first");
    assertThat(split.validation().name(0)).contains("second");
  }

  @Test
  void saysWhatIsWrongWithAFolder() throws IOException {
    assertFails(folder.resolve("none"), "none does not exist");
    assertFails(folder, "has no class folders");
    TestData.writePng(folder.resolve("a/1.png"), 2, 2);
    Files.createDirectories(folder.resolve("b"));
    Files.writeString(folder.resolve("b/notes.txt"), "x");
    assertFails(folder, "b has no image");
    assertFails(folder.resolve("a/1.png"), "is not a folder");
  }

  @Test
  void corruptImagesAreNamedByTheirFile() throws IOException {
    Files.createDirectories(folder.resolve("a"));
    Path bad = Files.writeString(folder.resolve("a/bad.jpg"), "no image");
    ImageFolder data = ImageFolder.of(folder);
    assertThatExceptionOfType(CorruptImageException.class)
        .isThrownBy(() -> data.read(0, new PixelImage()))
        .satisfies(e -> assertThat(e.image()).isEqualTo(bad.toString()));
  }

  @Test
  void splitPrefersValAndNeedsEqualClasses() throws IOException {
    for (String name : new String[] {"train/x", "train/y", "test/x", "test/y"}) {
      TestData.writePng(folder.resolve(name).resolve("1.png"), 2, 2);
    }
    assertThat(DataSplit.open(folder).validation().name(0)).contains("test");
    TestData.writePng(folder.resolve("val/y/1.png"), 2, 2);
    TestData.writePng(folder.resolve("val/z/1.png"), 2, 2);
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> DataSplit.open(folder))
        .withMessageContaining("missing x; not trained z");
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> DataSplit.open(folder.resolve("val")))
        .withMessageContaining("has no training images in any place known");
  }

  private static void assertFails(Path root, String message) {
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> ImageFolder.of(root))
        .withMessageContaining(message);
  }
}
