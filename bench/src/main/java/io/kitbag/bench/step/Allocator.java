package io.kitbag.bench.step;

import java.util.Locale;

/** How native memory is allocated; they differ on Linux with glibc only. */
public enum Allocator {
  /** {@link io.kitbag.precision.TorchRuntime#tuneMalloc}, which is what Kitbag trains with. */
  TUNED,
  /** The C library as it comes, which is what DJL runs on. */
  SYSTEM;

  /** The name on the command line and in reports. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
