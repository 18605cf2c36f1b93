package io.kitbag.bench.optim;

import org.jspecify.annotations.Nullable;

/** What a process answers: a measurement, or why there is none. */
record OptimReply(@Nullable OptimMeasurement measurement, @Nullable String error) {

  static OptimReply of(OptimMeasurement measurement) {
    return new OptimReply(measurement, null);
  }

  static OptimReply failed(String error) {
    return new OptimReply(null, error);
  }
}
