package io.kitbag.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.kitbag.augment.data.DataLocation;
import io.kitbag.augment.data.ImageFolder;
import io.kitbag.augment.image.CorruptImageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoaderTest {
  private static final int PHOTOS = 6;
  private static final int SIZE = 64;
  private static final long SEED = 9;

  @TempDir static Path folder;

  private static Photos photos;
  private static Work.Reference reference;

  @BeforeAll
  static void paint() throws IOException, CorruptImageException {
    photos = Photos.painted(folder, PHOTOS, 1);
    photos.shard();
    photos.pack();
    reference = Work.reference(ImageFolder.of(photos.train()), PHOTOS, SIZE, SEED);
  }

  private static Loader open(Contender contender) {
    return Loader.open(LoaderSetting.of(contender, photos, SIZE, 4, SEED));
  }

  /** Another crop, a flip or other colours would differ by dozens of levels. */
  @ParameterizedTest
  @CsvSource({
    "KITBAG_EXACT, 0",
    "KITBAG_FAST, 3",
    "KITBAG_SHARDS, 3",
    "KITBAG_PACKED, 6",
    "IMAGEIO, 8"
  })
  void makesWhatIsAsked(Contender contender, double difference) throws Exception {
    try (Loader loader = open(contender)) {
      byte[] pixels = loader.sample(reference.changes());
      assertThat(PipelineBench.difference(reference.pixelsNchw(), pixels))
          .isLessThanOrEqualTo(difference);
    }
    byte[] other = Arrays.copyOfRange(reference.pixelsNchw(), 3 * SIZE * SIZE, 6 * SIZE * SIZE);
    byte[] first = Arrays.copyOf(reference.pixelsNchw(), 3 * SIZE * SIZE);
    assertThat(PipelineBench.difference(first, other)).isGreaterThan(20);
  }

  @ParameterizedTest
  @CsvSource({"KITBAG_EXACT", "KITBAG_FAST", "KITBAG_SHARDS", "KITBAG_PACKED", "IMAGEIO"})
  void loadsAndCountsWithAnyNumberOfWorkers(Contender contender) {
    try (Loader loader = open(contender)) {
      loader.load(1, 8);
      loader.load(3, 16);
      loader.load(1, 12);
      assertThat(loader.allocation(2 * HeapCount.SETTLED)).isPositive();
      assertThat(loader.versions()).isNotBlank();
    }
  }

  @ParameterizedTest
  @CsvSource({"KITBAG_EXACT", "KITBAG_FAST", "KITBAG_SHARDS", "KITBAG_PACKED"})
  void kitbagTakesLessThanFourKibibytesOfHeapForAnImage(Contender contender) {
    try (Loader loader = open(contender)) {
      loader.load(1, 64);
      assertThat(loader.allocation(2 * HeapCount.SETTLED)).isLessThanOrEqualTo(4096);
    }
  }

  @Test
  void peersDoNotRunInJava() {
    for (Contender contender : Contender.values()) {
      if (contender.isPython()) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> open(contender))
            .withMessage(contender.label() + " runs in Python");
      }
    }
  }

  @Test
  void tarFilesTakeThePlaceOfThoseOfMorePhotos() throws IOException {
    Path home = folder.resolve("sharded");
    Photos many = Photos.painted(home, 33, 0);
    many.shard();
    assertThat(many.shards()).isDirectoryContaining("glob:**/train-000010.tar");

    Photos few = Photos.copied(home.resolve("train"), folder.resolve("few"), 2);
    Shards.write(List.of(few.train().resolve("photo/000000.jpg")), many.shards());
    assertThat(many.shards().toFile().list()).containsExactly("train-000000.tar");
    assertThat(DataLocation.of(many.shards()).openTrain().size()).isEqualTo(1);
  }

  @Test
  void everyPhotoComesEquallyOften() {
    int[] order = new Cycled(PHOTOS, 2 * PHOTOS + 1).order(3);
    Arrays.sort(order);
    assertThat(order).hasSize(13);
    for (int i = 0; i < PHOTOS; i++) {
      int photo = i;
      assertThat(Arrays.stream(order).filter(index -> index == photo)).hasSizeBetween(2, 3);
    }
    assertThat(new Cycled(PHOTOS, 6).order(1)).isNotEqualTo(new Cycled(PHOTOS, 6).order(0));
  }

  @Test
  void photosOfAFolderAreCopiedWhereverTheyLie() throws IOException {
    Photos copied = Photos.copied(folder, folder.resolve("copy"), 3);
    assertThat(copied.count()).isEqualTo(3);
    assertThat(copied.meanBytes()).isBetween(5_000L, 200_000L);
    assertThat(ImageFolder.of(copied.train()).size()).isEqualTo(3);
  }
}
