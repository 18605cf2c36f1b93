package io.kitbag.micro;

import io.kitbag.bench.child.TemporaryFolder;
import io.kitbag.bench.pipeline.Contender;
import io.kitbag.bench.pipeline.Photos;
import io.kitbag.bench.pipeline.SerialLoading;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/** An image's whole way into a batch: read, decode, random-resized crop to 224, flip, jitter. */
public class Loading extends MeanTime {
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
    folder = TemporaryFolder.create("kitbag-micro");
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
