package io.kitbag.bench.pipeline;

import java.time.Duration;
import java.util.List;

/**
 * How loading is measured.
 *
 * @param size side of the crops in pixels
 * @param batch images in a batch
 * @param workers numbers of threads or processes that load, each of which is measured
 * @param rounds how often each contender has its turn
 * @param roundSeconds about how long a turn is
 * @param warmupSeconds how long each loads before the first round, at least, with each number of
 *     workers
 * @param seed of photos and changes
 * @param timeout after which a contender is given up that does not answer
 */
public record PipelineSettings(
    int size,
    int batch,
    List<Integer> workers,
    int rounds,
    double roundSeconds,
    double warmupSeconds,
    long seed,
    Duration timeout) {

  public PipelineSettings {
    workers = workers.stream().sorted().distinct().toList();
    atLeastOne("size", size);
    atLeastOne("batch", batch);
    atLeastOne("rounds", rounds);
    if (workers.isEmpty()) {
      throw new IllegalArgumentException("workers must name at least one number");
    }
    workers.forEach(number -> atLeastOne("workers", number));
    if (!(roundSeconds > 0) || !(warmupSeconds >= 0)) {
      throw new IllegalArgumentException(
          "seconds=%s must be positive, warmup=%s not negative"
              .formatted(roundSeconds, warmupSeconds));
    }
  }

  private static void atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException("%s=%d must be at least 1".formatted(name, value));
    }
  }
}
