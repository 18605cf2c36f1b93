package io.kitbag.models.weights;

import static org.assertj.core.api.Assertions.assertThat;

import io.kitbag.models.Reference;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * 20,000 damaged files: whatever happens to a file, reading it succeeds or throws the one
 * exception, soon, and allocates no more than a small multiple of the file. With {@code
 * -Dkitbag.mutants=N} these and other files, N times as many, and a line about each kind.
 */
class WeightsFuzzTest {

  private static final int FACTOR = Integer.getInteger("kitbag.mutants", 1);

  /** A file takes well below a millisecond; the rest is for a machine that does something else. */
  private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A few kilobytes of file, and classes that are loaded on the way. */
  private static final long MOST_ALLOCATED_BYTES = 16 << 20;

  private static final int[] LIKELY = {0, 1, 127, 128, 255, 'K', 'J', 'X', 't', 'R', 'Q', 'h', 'q'};
  private static final int[] EXTREME = {Integer.MIN_VALUE, -1, 0, 1, 1 << 28, Integer.MAX_VALUE};

  @TempDir Path folder;

  /** What reading the files of one kind came to. */
  private static final class Tally {
    private int refused;
    private long slowestNanos;
    private long mostAllocatedBytes;

    private void add(Path path) throws ReflectiveOperationException {
      long bytes = allocatedBytes();
      long start = System.nanoTime();
      try {
        WeightsFile.read(path).values().forEach(HostTensor::size);
      } catch (WeightsException e) {
        assertThat(e).hasMessageStartingWith(path.toString());
        refused++;
      }
      slowestNanos = Math.max(slowestNanos, System.nanoTime() - start);
      mostAllocatedBytes = Math.max(mostAllocatedBytes, allocatedBytes() - bytes);
    }
  }

  @ParameterizedTest
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  @CsvSource({
    "zip.pt, 5000",
    "legacy.pth, 5000",
    "wrapped.pth.tar, 3000",
    "wrapped-legacy.pth.tar, 3000",
    "expected.safetensors, 4000",
  })
  void damagedFilesFailInOneWay(String name, int rounds) throws Exception {
    byte[] original = Files.readAllBytes(Reference.file("weights/torch/" + name));
    Path path = Files.write(folder.resolve("mutant"), original);
    Tally tally = new Tally();
    for (int part = 0; part < FACTOR; part++) {
      SplittableRandom random = new SplittableRandom(name.hashCode() + (long) part);
      for (int round = 0; round < rounds; round++) {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
          byte[] mutant = mutate(original, random);
          file.setLength(mutant.length);
          file.write(mutant);
        }
        tally.add(path);
        assertThat(tally.mostAllocatedBytes)
            .as("part %d, round %d", part, round)
            .isLessThan(MOST_ALLOCATED_BYTES);
        assertThat(tally.slowestNanos).as("part %d, round %d", part, round).isLessThan(MOST_NANOS);
      }
    }
    int files = rounds * FACTOR;
    assertThat(tally.refused).as("refused of %d", files).isBetween(files / 5, files - 1);
    if (System.getProperty("kitbag.mutants") != null) {
      System.out.printf(
          "%s: %d files, %d refused, slowest %.1f ms, most allocated %.2f MiB%n",
          name,
          files,
          tally.refused,
          tally.slowestNanos / 1e6,
          tally.mostAllocatedBytes / 1048576.0);
    }
  }

  /**
   * Of this thread so far. By reflection, as the module under test does not read java.management.
   */
  private static long allocatedBytes() throws ReflectiveOperationException {
    Object threads =
        Class.forName("java.lang.management.ManagementFactory")
            .getMethod("getThreadMXBean")
            .invoke(null);
    return (long)
        Class.forName("com.sun.management.ThreadMXBean")
            .getMethod("getCurrentThreadAllocatedBytes")
            .invoke(threads);
  }

  private static byte[] mutate(byte[] original, SplittableRandom random) {
    byte[] mutant = original.clone();
    int at = random.nextInt(mutant.length);
    switch (random.nextInt(6)) {
      case 0 -> mutant = Arrays.copyOf(mutant, at);
      case 1 -> mutant = spliced(mutant, at, 0, new byte[1 + random.nextInt(9)]);
      case 2 -> mutant = spliced(mutant, at, random.nextInt(9), new byte[0]);
      case 3 -> {
        int size = Math.min(1 + random.nextInt(40), mutant.length - at);
        byte[] copy = Arrays.copyOfRange(mutant, at, at + size);
        mutant = spliced(mutant, random.nextInt(mutant.length), random.nextInt(2) * size, copy);
      }
      case 4 -> {
        if (at + Integer.BYTES <= mutant.length) {
          int extreme = EXTREME[random.nextInt(EXTREME.length)];
          ByteBuffer.wrap(mutant).order(ByteOrder.LITTLE_ENDIAN).putInt(at, extreme);
        }
      }
      default -> {
        for (int i = 0; i <= random.nextInt(4); i++) {
          mutant[random.nextInt(mutant.length)] =
              (byte)
                  (random.nextBoolean() ? LIKELY[random.nextInt(LIKELY.length)] : random.nextInt());
        }
      }
    }
    return mutant;
  }

  /** {@code insert} instead of the {@code removed} bytes at {@code at}. */
  private static byte[] spliced(byte[] bytes, int at, int removed, byte[] insert) {
    int tail = Math.min(bytes.length, at + removed);
    ByteBuffer result = ByteBuffer.allocate(at + insert.length + bytes.length - tail);
    return result.put(bytes, 0, at).put(insert).put(bytes, tail, bytes.length - tail).array();
  }
}
