package io.kitbag.bench.micro;

import java.util.List;
import java.util.stream.Stream;

/**
 * What is measured, and how long.
 *
 * @param filters regular expressions, one of which a benchmark's name contains; none for all
 * @param forks virtual machines that measure each benchmark in turn
 * @param warmup iterations that are not timed
 * @param iterations those that are
 * @param seconds of one iteration
 */
public record MicroSettings(
    List<String> filters, int forks, int warmup, int iterations, double seconds) {

  public MicroSettings {
    filters = List.copyOf(filters);
    if (forks < 1 || iterations < 1 || warmup < 0 || !(seconds >= 0.001)) {
      throw new IllegalArgumentException(
          "forks=%d and iterations=%d must be at least 1, warmup=%d not negative, seconds=%s at least 0.001"
              .formatted(forks, iterations, warmup, seconds));
    }
  }

  /** These as JMH's command line takes them. */
  List<String> arguments() {
    String time = Math.round(1000 * seconds) + "ms";
    List<String> options =
        List.of(
            "-f",
            Integer.toString(forks),
            "-wi",
            Integer.toString(warmup),
            "-i",
            Integer.toString(iterations),
            "-w",
            time,
            "-r",
            time,
            "-prof",
            "gc",
            "-foe",
            "true");
    return Stream.concat(filters.stream(), options.stream()).toList();
  }
}
