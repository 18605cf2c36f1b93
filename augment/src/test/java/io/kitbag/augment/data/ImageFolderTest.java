package io.kitbag.augment.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.kitbag.augment.image.CorruptImageException;
import io.kitbag.augment.image.PixelImage;
import io.kitbag.augment.image.ReferenceImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    assertThat(ImageFolder.of(folder).ignoredFiles())
        .containsExactlyInAnyOrder(
            folder.resolve("a/notes.txt"),
            folder.resolve("a/.hidden.png"),
            folder.resolve("README.md"));
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
        .withMessageContaining("neither CIFAR binaries nor a folder train");
  }

  private static void assertFails(Path root, String message) {
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> ImageFolder.of(root))
        .withMessageContaining(message);
  }
}
