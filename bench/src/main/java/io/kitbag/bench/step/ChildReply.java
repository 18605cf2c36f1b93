package io.kitbag.bench.step;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a child JVM answers, one line of JSON on its standard output: a measurement or why there is
 * none.
 */
public record ChildReply(@Nullable StepMeasurement measurement, @Nullable String error) {

  public ChildReply {
    if ((measurement == null) == (error == null)) {
      throw new IllegalArgumentException("a reply is either a measurement or an error");
    }
  }

  static ChildReply of(StepMeasurement measurement) {
    return new ChildReply(Objects.requireNonNull(measurement, "measurement"), null);
  }

  static ChildReply failed(String error) {
    return new ChildReply(null, error);
  }
}
