package io.kitbag.precision.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What the processor of this machine can do, as far as the choice of a number format goes. */
public final class CpuFeatures {

  private static final Path CPUINFO = Path.of("/proc/cpuinfo");

  private CpuFeatures() {}

  /**
   * Whether oneDNN has bf16 convolutions for this processor: AVX-512 BW, VL and DQ, or Arm bf16.
   */
  public static boolean hasFastBf16() {
    Set<String> flags = flags();
    return flags.containsAll(Set.of("avx512bw", "avx512vl", "avx512dq")) || flags.contains("bf16");
  }

  /** Whether bf16 products are instructions, so that bf16 is faster than fp32. */
  public static boolean hasBf16Instructions() {
    Set<String> flags = flags();
    return flags.contains("avx512_bf16") || flags.contains("amx_bf16") || flags.contains("bf16");
  }

  private static Set<String> flags() {
    if (!Files.isReadable(CPUINFO)) {
      return Set.of();
    }
    try (var lines = Files.lines(CPUINFO)) {
      return lines
          .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
          .findFirst()
          .map(
              line ->
                  Set.copyOf(List.of(line.substring(line.indexOf(':') + 1).trim().split("\\s+"))))
          .orElse(Set.of());
    } catch (IOException e) {
      return Set.of();
    }
  }
}
