package io.kitbag.augment.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSummaryTest {
  @TempDir Path folder;

  @Test
  void countsFewClassesOneByOneAndNamesWhatIsNotUsed() throws IOException {
    for (String file : new String[] {"train/a/1", "train/a/2", "train/b/1", "val/a/1", "val/b/1"}) {
      TestData.writePng(folder.resolve(file + ".png"), 2, 2);
    }
    for (int i = 0; i < 4; i++) {
      Files.writeString(folder.resolve("train/b/" + i + ".txt"), "x");
    }
    assertThat(DataSummary.lines(DataSplit.open(folder)))
        .containsExactly(
            "training: 3 images of 2 classes: a 2, b 1",
            "validation: 2 images of 2 classes, 1 each",
            "4 not used: "
                + IntStream.range(0, 3)
                    .mapToObj(
                        i ->
                            folder.resolve("train/b/" + i + ".txt") + ": not named like an image; ")
                    .reduce("", String::concat)
                + "…");
  }

  @Test
  void summarisesManyClasses() throws IOException {
    byte[] labels = new byte[60];
    for (int i = 0; i < 60; i++) {
      labels[i] = (byte) (i < 20 ? i : i % 5 == 0 ? 3 : 7);
    }
    labels[4] = 0;
    TestData.writeIdx(folder.resolve("train-images-idx3-ubyte"), new byte[60], 60, 1, 1);
    TestData.writeIdx(folder.resolve("train-labels-idx1-ubyte"), labels, 60);
    TestData.writeIdx(folder.resolve("t10k-images-idx3-ubyte"), new byte[20], 20, 1, 1);
    TestData.writeIdx(folder.resolve("t10k-labels-idx1-ubyte"), Arrays.copyOf(labels, 20), 20);
    assertThat(DataSummary.lines(DataSplit.open(folder)))
        .containsExactly(
            "training: 60 images of 20 classes, 0 to 33 each, median 1; fewest: 4 0, 1 1, 2 1",
            "validation: 20 images of 20 classes, 0 to 2 each, median 1; fewest: 4 0, 1 1, 2 1",
            "no training image of 1 classes: 4");
  }
}
