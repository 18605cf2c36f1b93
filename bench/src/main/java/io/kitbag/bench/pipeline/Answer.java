package io.kitbag.bench.pipeline;

import org.jspecify.annotations.Nullable;

/**
 * What a contender's process answers, one line of JSON each.
 *
 * @param error why it could not do what it was asked; null if it could
 * @param versions of what runs
 * @param seconds it took to load
 * @param cpuSeconds processor time of that, all threads and processes together
 * @param bytes of Java's heap for an image, in steady state; -1 if it is not Java
 */
record Answer(
    @Nullable String error,
    @Nullable String versions,
    double seconds,
    double cpuSeconds,
    long bytes) {

  static Answer failed(String error) {
    return new Answer(error, null, 0, 0, -1);
  }

  static Answer opened(String versions) {
    return new Answer(null, versions, 0, 0, -1);
  }

  static Answer loaded(double seconds, double cpuSeconds) {
    return new Answer(null, null, seconds, cpuSeconds, -1);
  }

  static Answer allocated(long bytes) {
    return new Answer(null, null, 0, 0, bytes);
  }
}
