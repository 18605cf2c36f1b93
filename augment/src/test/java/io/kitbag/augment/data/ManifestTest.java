package io.kitbag.augment.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestTest {
  @TempDir Path folder;

  @BeforeEach
  void writeImages() throws IOException {
    for (int i = 0; i < 4; i++) {
      TestData.writePng(folder.resolve("x, y/" + i + ".png"), 2 + i, 2);
    }
  }

  @Test
  void readsACsvWithQuotesAndOtherColumns() throws IOException {
    Files.writeString(
        folder.resolve("manifest.csv"),
        """
        id,Label,Path,split
        1,"dog, large","x, y/0.png",train
        2,cat,"x, y/1.png",VAL

        3,cat,"x, y/2.png",
        """);
    DataSplit split = DataSplit.open(folder);
    assertThat(split.train().classes()).containsExactly("cat", "dog, large");
    assertThat(split.train().size()).isEqualTo(2);
    assertThat(split.train().label(0)).isEqualTo(1);
    assertThat(split.train().name(1)).isEqualTo(folder.resolve("x, y/2.png").toString());
    assertThat(split.validation().size()).isEqualTo(1);
    assertThat(split.validation().label(0)).isZero();
  }

  @Test
  void passesOverTheByteOrderMarkThatSpreadsheetsWrite() throws IOException {
    Files.writeString(
        folder.resolve("manifest.csv"),
        "\ufeffpath,label,split\n\"x, y/0.png\",cat,train\n\"x, y/1.png\",dog,val\n");
    Files.writeString(folder.resolve("classes.txt"), "\ufeffcat\ndog\n");
    DataSplit split = DataSplit.open(folder);
    assertThat(split.train().classes()).containsExactly("cat", "dog");
    assertThat(split.validation().label(0)).isEqualTo(1);
  }

  @Test
  void readsJsonLines() throws IOException {
    Path table = folder.resolve("some.jsonl");
    Files.writeString(
        table,
        "{\"path\": \"x, y/0.png\", \"label\": 2, \"more\": [1]}\n\n"
            + "{\"label\": \"0\", \"path\": \""
            + folder.resolve("x, y/1.png")
            + "\", \"split\": \"test\"}\n");
    DataSplit split = DataSplit.open(table);
    assertThat(split.train().classes()).as("indices").containsExactly("0", "1", "2");
    assertThat(split.train().label(0)).isEqualTo(2);
    assertThat(split.validation().label(0)).isZero();
  }

  @Test
  void twoTablesAndAClassMapMakeASplit() throws IOException {
    Files.writeString(folder.resolve("a.csv"), "path,label\n\"x, y/0.png\",n2\n");
    Files.writeString(folder.resolve("b.csv"), "path,label\n\"x, y/1.png\",1\n");
    Files.writeString(folder.resolve("classes.txt"), "n2\tzebra\nn1\tant\n");
    DataLocation location =
        new DataLocation(folder, Optional.of("a.csv"), Optional.of("b.csv"), Optional.empty());
    DataSplit split = location.open();
    assertThat(split.train().classes()).containsExactly("zebra", "ant");
    assertThat(split.train().label(0)).isZero();
    assertThat(split.validation().label(0)).as("an index into the map").isEqualTo(1);
    Files.writeString(folder.resolve("b.csv"), "path,label\n\"x, y/1.png\",n3\n");
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(location::open)
        .withMessageContaining("has the label \"n3\", which is none of the 2 classes");
  }

  @Test
  void saysWhatIsWrongWithATable() throws IOException {
    assertFails("t.csv", "file,label\n", "names the columns [file, label]; it must name path");
    assertFails("t.csv", "path,label,split\nx,,\n", "line 2 has no label");
    assertFails("t.csv", "path,label\n\"x, y/0.png\n", "cannot be read");
    assertFails("t.csv", "path,label,split\n\"x, y/0.png\",a,dev\n", "has the split \"dev\"");
    assertFails(
        "t.csv",
        "path,label\n\"x, y/0.png\",a\ngone.png,a\n",
        "1 of the 2 files of " + folder.resolve("t.csv") + " do not exist, the first is gone.png");
    assertFails("t.csv", "path,label\n\"x, y/0.png\",a\n", "no row of the validation split");
    assertFails("t.csv", "path,label\n", "no row of the training split");
    assertFails("t.csv", "", "the columns []");
    assertFails("t.jsonl", "[1]\n", "line 1 is no JSON object");
    assertFails("t.jsonl", "\n{\"path\": \n", "line 2 is no JSON");
    assertFails("t.jsonl", "{\"path\": \"\\u0000\", \"label\": 1}\n", "do not exist");
  }

  private void assertFails(String name, String text, String message) throws IOException {
    Path table = Files.writeString(folder.resolve(name), text);
    assertThatExceptionOfType(DatasetException.class)
        .isThrownBy(() -> DataSplit.open(table))
        .withMessageContaining(message);
  }
}
