package io.kitbag.micro;

import io.kitbag.bench.pipeline.Contender;
import io.kitbag.bench.pipeline.Photos;
import io.kitbag.bench.pipeline.SerialLoading;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** An image's whole way into a batch: read, decode, random-resized crop to 224, flip, jitter. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class Loading {
  private static final int BATCH = 16;
  private static final int SIZE = 224;

  /** Who loads. */
  @Param({"kitbag-fast", "kitbag-exact", "kitbag-packed", "imageio"})
  public String contender = "";

  /** Painted photos. */
  @Param("32")
  public int photos;

  private TemporaryFolder folder;
  private SerialLoading loading;

  /** Paints them. */
  @Setup(Level.Trial)
  public void open() throws IOException {
    folder = TemporaryFolder.create();
    loading =
        SerialLoading.of(
            Contender.of(contender), Photos.painted(folder.path(), photos, 0), SIZE, BATCH);
  }

  /** Deletes them. */
  @TearDown(Level.Trial)
  public void close() throws IOException {
    loading.close();
    folder.close();
  }

  /** One image, in batches of 16. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public void image() {
    loading.next();
  }
}
