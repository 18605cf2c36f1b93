package io.kitbag.bench.step;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The most resident memory a process has had. */
public final class PeakMemory {

  static final long UNKNOWN = -1;

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern HIGH_WATER_MARK = Pattern.compile("VmHWM:\\s*(\\d+) kB");

  private PeakMemory() {}

  /** That of this process in KiB, or {@link #UNKNOWN} on systems other than Linux. */
  public static long ofThisProcess() {
    try {
      return Files.isReadable(STATUS) ? in(Files.readAllLines(STATUS)) : UNKNOWN;
    } catch (IOException e) {
      return UNKNOWN;
    }
  }

  static long in(List<String> status) {
    return status.stream()
        .map(HIGH_WATER_MARK::matcher)
        .filter(Matcher::matches)
        .mapToLong(line -> Long.parseLong(line.group(1)))
        .findFirst()
        .orElse(UNKNOWN);
  }
}
