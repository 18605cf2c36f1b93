package io.kitbag.train.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.Safetensors;
import io.kitbag.models.weights.WeightsDigest;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.StorageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  @TempDir Path folder;
  private final List<String> warnings = new ArrayList<>();
  private CheckpointStore store;

  @BeforeEach
  void openStore() {
    store = CheckpointStore.open(folder.resolve("checkpoints"), 3, warnings::add);
  }

  @Test
  void readsBackWhatWasSaved() {
    Checkpoint checkpoint = checkpoint(1234);

    Path file = store.save(checkpoint);

    assertThat(file).hasFileName("step-0000001234.safetensors");
    assertThat(CheckpointStore.load(file)).isEqualTo(checkpoint);
    assertThat(store.loadLatestValid()).contains(new CheckpointStore.Loaded(file, checkpoint));
    assertThat(warnings).isEmpty();
  }

  @Test
  void findsItsFilesInAnyLocale() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("fa"));
    try {
      Path file = store.save(checkpoint(1234));

      assertThat(file).hasFileName("step-0000001234.safetensors");
      assertThat(store.files()).containsExactly(file);
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void isASafetensorsFileWithTheWeightsUnderTheirOwnNames() throws IOException {
    Checkpoint checkpoint = checkpoint(1);

    assertThat(Safetensors.read(store.save(checkpoint)).tensors())
        .containsAllEntriesOf(checkpoint.weights());
  }

  @Test
  void hasNothingToLoadInAnEmptyDirectory() {
    assertThat(store.loadLatestValid()).isEmpty();
  }

  @Test
  void replacesTheCheckpointOfTheSameStep() {
    store.save(checkpoint(5));
    Checkpoint other = new Checkpoint(checkpoint(5).metadata(), checkpoint(6).weights(), Map.of());

    Path file = store.save(other);

    assertThat(store.files()).containsExactly(file);
    assertThat(CheckpointStore.load(file)).isEqualTo(other);
  }

  @Test
  void detectsACutAtAnyLength() throws IOException {
    Path file = store.save(checkpoint(7));
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(1);
    for (int i = 0; i < 200; i++) {
      int length = i == 0 ? 0 : i == 1 ? whole.length - 1 : random.nextInt(whole.length);
      Files.write(file, Arrays.copyOf(whole, length));

      assertThatThrownBy(() -> CheckpointStore.load(file))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith(file + ": ");
    }
  }

  @Test
  void detectsAFlippedBitAnywhere() throws IOException {
    Checkpoint checkpoint = checkpoint(7);
    Path file = store.save(checkpoint);
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(2);
    for (int i = 0; i < 500; i++) {
      int bit = random.nextInt(whole.length * 8);
      byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << (bit % 8));
      Files.write(file, damaged);

      assertThatThrownBy(() -> CheckpointStore.load(file))
          .as("bit %d of byte %d", bit % 8, bit / 8)
          .isInstanceOf(CheckpointException.class);
    }
  }

  @Test
  void goesBackToTheNewestCheckpointThatIsWhole() throws IOException {
    store.save(checkpoint(10));
    Path good = store.save(checkpoint(20));
    Path damaged = store.save(checkpoint(30));
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[bytes.length - 1] ^= 1;
    Files.write(damaged, bytes);
    Path cut = damaged.resolveSibling("step-0000000040.safetensors");
    Files.write(cut, Arrays.copyOf(bytes, 100));

    assertThat(store.loadLatestValid().orElseThrow().file()).isEqualTo(good);
    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(0)).contains(cut.toString());
    assertThat(warnings.get(1)).contains(damaged.toString(), "is damaged: its checksum");
  }

  @Test
  void doesNotStartAfreshInSilenceIfAllAreDamaged() throws IOException {
    Path file = store.save(checkpoint(10));
    Files.write(file, new byte[3]);

    assertThatThrownBy(store::loadLatestValid)
        .isInstanceOfSatisfying(
            CheckpointException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.DATA))
        .hasMessageContaining("none of the 1 checkpoints is whole");
  }

  @Test
  void keepsTheNewestOnes() {
    for (int step = 10; step <= 60; step += 10) {
      store.save(checkpoint(step));
    }

    assertThat(store.files().stream().map(file -> file.getFileName().toString()))
        .containsExactly(
            "step-0000000060.safetensors",
            "step-0000000050.safetensors",
            "step-0000000040.safetensors");
  }

  @Test
  void neverDeletesTheOneJustWrittenForADamagedLaterOne() throws IOException {
    CheckpointStore one = CheckpointStore.open(folder.resolve("checkpoints"), 1, warnings::add);
    Path later = folder.resolve("checkpoints/step-0000000500.safetensors");
    Files.write(later, new byte[] {1, 2, 3});

    Path saved = one.save(checkpoint(410));

    assertThat(one.files()).containsExactly(later, saved);
    assertThat(one.loadLatestValid().orElseThrow().file()).isEqualTo(saved);
  }

  @Test
  void ignoresAndRemovesWhatAKilledRunLeftHalfWritten() throws IOException {
    Path good = store.save(checkpoint(10));
    byte[] bytes = Files.readAllBytes(good);
    Path half = good.resolveSibling(".step-0000000020.safetensors.tmp");
    Files.write(half, Arrays.copyOf(bytes, bytes.length / 2));
    Path complete = good.resolveSibling(".step-0000000030.safetensors.tmp");
    Files.write(complete, bytes);

    assertThat(store.loadLatestValid().orElseThrow().file()).isEqualTo(good);
    CheckpointStore.open(folder.resolve("checkpoints"), 3, warnings::add);
    try (Stream<Path> left = Files.list(folder.resolve("checkpoints"))) {
      assertThat(left).containsExactly(good);
    }
  }

  @Test
  void leavesNothingBehindIfWritingFails() {
    Path good = store.save(checkpoint(10));
    HostTensor tooLate = HostTensor.of(new float[1 << 16], 1 << 16);
    Checkpoint unwritable =
        new Checkpoint(checkpoint(20).metadata(), Map.of("__metadata__", tooLate), Map.of());

    assertThatThrownBy(() -> store.save(unwritable)).isInstanceOf(IllegalArgumentException.class);
    assertThat(folder.resolve("checkpoints")).isDirectoryContaining("glob:**step-0000000010*");
    assertThat(folder.resolve("checkpoints").toFile().list())
        .containsExactly(good.getFileName().toString());
  }

  @Test
  void saysThatADirectoryCannotBeWritten() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));

    assertThatThrownBy(() -> CheckpointStore.open(file.resolve("checkpoints"), 3))
        .isInstanceOfSatisfying(
            StorageException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.STORAGE));
  }

  @Test
  void saysThatAFileIsNotACheckpoint() throws IOException {
    Path weights = folder.resolve("weights.safetensors");
    try (OutputStream out = Files.newOutputStream(weights)) {
      Safetensors.write(out, checkpoint(1).weights(), Map.of());
    }
    Path future = folder.resolve("future.safetensors");
    try (OutputStream out = Files.newOutputStream(future)) {
      Safetensors.write(out, Map.of(), Map.of("kitbag.checkpoint", "99", "kitbag.metadata", "{}"));
    }

    assertThatThrownBy(() -> CheckpointStore.load(weights))
        .isInstanceOf(KitbagException.class)
        .hasMessage(weights + ": has tensors, but is not a Kitbag checkpoint");
    assertThatThrownBy(() -> CheckpointStore.load(future))
        .hasMessage(future + ": has checkpoint format 99; this Kitbag reads 1");
    assertThatThrownBy(() -> CheckpointStore.load(folder.resolve("none")))
        .hasMessageContaining("there is no such file");
  }

  private static Checkpoint checkpoint(long step) {
    Random random = new Random(step);
    Map<String, HostTensor> weights =
        Map.of(
            "conv1.weight", tensor(random, 4, 3, 3, 3),
            "bn1.running_var", tensor(random, 4),
            "fc.weight", tensor(random, 10, 4));
    Map<String, HostTensor> state = Map.of("velocity/conv1.weight", tensor(random, 4, 3, 3, 3));
    CheckpointMetadata metadata =
        new CheckpointMetadata(
            3,
            17,
            step,
            Long.MIN_VALUE,
            "cifar_resnet20d",
            List.of("cat", "caf\u00e9 \u2028 \ud83d\ude00", "<dog>"),
            WeightsDigest.sha256(weights),
            "name: test\nepochs: 3\n",
            Map.of("lossScale", 65536.0, "loss", Double.NaN, "tenth", 0.1, "max", Double.MAX_VALUE),
            Map.of("kitbag", "1", "jdk", "17"));
    return new Checkpoint(metadata, weights, state);
  }

  private static HostTensor tensor(Random random, int... shape) {
    float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return HostTensor.of(values, shape);
  }
}
