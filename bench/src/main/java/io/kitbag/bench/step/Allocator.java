package io.kitbag.bench.step;

import io.kitbag.bench.child.ChildProcess;
import java.util.Locale;
import java.util.Map;

/** How native memory is allocated; they differ on Linux with glibc only. */
public enum Allocator {
  /** As {@code ./kitbag} sets it. */
  TUNED,
  /** The C library as it comes, which is what DJL runs on. */
  SYSTEM;

  /** What a measured process has in its environment for it. */
  Map<String, String> variables() {
    return this == TUNED ? ChildProcess.TUNED_MALLOC : Map.of();
  }

  /** The name on the command line and in reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
