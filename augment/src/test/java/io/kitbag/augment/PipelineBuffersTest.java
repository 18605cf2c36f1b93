package io.kitbag.augment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.kitbag.augment.data.BuiltIn;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PipelineBuffersTest {
  @Test
  void aConsumerThatKeepsBatchesDoesNotStopTheWorkers() {
    Pipeline pipeline = Pipeline.of(BuiltIn.test(0, 60)).batchSize(3).workers(3).build();
    List<ImageBatch> kept = new ArrayList<>();
    try (EpochBatches batches = pipeline.epoch(0)) {
      batches.forEachRemaining(kept::add);
    }
    assertThat(kept).hasSize(20);
    assertThat(pipeline.buffersInUse()).isEqualTo(20);
    kept.forEach(ImageBatch::close);
    kept.forEach(ImageBatch::close);
    assertThat(pipeline.buffersInUse()).isZero();
    assertThatIllegalStateException().isThrownBy(kept.get(0)::pixelsNCHW);
  }

  @Test
  void slidingOverAnEpochUsesFewBuffersAndReturnsThemAll() {
    Pipeline pipeline =
        Pipeline.of(BuiltIn.test(0, 400)).batchSize(4).workers(2).prefetch(3).build();
    Deque<ImageBatch> held = new ArrayDeque<>();
    int most = 0;
    try (EpochBatches batches = pipeline.epoch(0)) {
      while (batches.hasNext()) {
        held.add(batches.next());
        if (held.size() > 2) {
          held.remove().close();
        }
        most = Math.max(most, pipeline.buffersInUse());
      }
      assertThat(batches.waitNanos()).isBetween(0L, Duration.ofMinutes(1).toNanos());
    }
    held.forEach(ImageBatch::close);
    assertThat(most).as("3 held and 3 ahead").isLessThanOrEqualTo(6);
    assertThat(pipeline.buffersInUse()).isZero();
  }

  @Test
  void closingEarlyStopsTheWorkersAndReturnsTheBuffers() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    Pipeline pipeline =
        Pipeline.of(BuiltIn.test(0, 1000))
            .then((image, random) -> started.countDown())
            .batchSize(10)
            .workers(3)
            .build();
    EpochBatches batches = pipeline.epoch(0);
    started.await();
    ImageBatch batch = batches.next();
    batches.close();
    batches.close();
    assertThat(batches.hasNext()).isFalse();
    assertThat(batch.pixelsNCHW().remaining()).isEqualTo(10 * 3 * 1024);
    batch.close();
    assertThat(pipeline.buffersInUse()).isZero();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("kitbag-images"));
  }
}
