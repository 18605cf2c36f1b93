package io.kitbag.bench.startup;

import org.jspecify.annotations.Nullable;

/** What a process answers: a measurement, or why there is none. */
record StartupReply(@Nullable StartupMeasurement measurement, @Nullable String error) {

  static StartupReply of(StartupMeasurement measurement) {
    return new StartupReply(measurement, null);
  }

  static StartupReply failed(String error) {
    return new StartupReply(null, error);
  }
}
