package io.kitbag.precision.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a processor can do, as far as the choice of a number format goes.
 *
 * @param flags the instruction sets, by their names in Linux
 */
public record CpuFeatures(Set<String> flags) {

  private static final CpuFeatures THIS_MACHINE =
      read(Path.of("/proc/cpuinfo")).cappedBy(System.getenv());

  public CpuFeatures {
    flags = Set.copyOf(flags);
  }

  /** Of this machine; without features where there is no {@code /proc/cpuinfo}. */
  public static CpuFeatures ofThisMachine() {
    return THIS_MACHINE;
  }

  /** Reads the first processor's {@code flags} (x86) or {@code Features} (Arm). */
  static CpuFeatures parse(Stream<String> cpuinfo) {
    return cpuinfo
        .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
        .findFirst()
        .map(line -> List.of(line.substring(line.indexOf(':') + 1).trim().split("\\s+")))
        .map(flags -> new CpuFeatures(Set.copyOf(flags)))
        .orElse(new CpuFeatures(Set.of()));
  }

  static CpuFeatures read(Path cpuinfo) {
    if (!Files.isReadable(cpuinfo)) {
      return new CpuFeatures(Set.of());
    }
    try (Stream<String> lines = Files.lines(cpuinfo)) {
      return parse(lines);
    } catch (IOException e) {
      return new CpuFeatures(Set.of());
    }
  }

  /** What is left under oneDNN's own limit, {@code ONEDNN_MAX_CPU_ISA}. */
  CpuFeatures cappedBy(Map<String, String> environment) {
    String limit = environment.getOrDefault("ONEDNN_MAX_CPU_ISA", "DEFAULT");
    if (!limit.startsWith("SSE") && !limit.startsWith("AVX2") && !limit.equals("AVX")) {
      return this;
    }
    return new CpuFeatures(
        flags.stream()
            .filter(flag -> !flag.startsWith("avx512") && !flag.startsWith("amx"))
            .collect(Collectors.toSet()));
  }

  /**
   * Whether oneDNN has bf16 convolutions for this processor: AVX-512 BW, VL and DQ, or Arm bf16.
   */
  public boolean hasFastBf16() {
    return flags.containsAll(Set.of("avx512bw", "avx512vl", "avx512dq")) || flags.contains("bf16");
  }

  /** Whether bf16 products are instructions, so that bf16 is faster than fp32. */
  public boolean hasBf16Instructions() {
    return flags.contains("avx512_bf16") || flags.contains("amx_bf16") || flags.contains("bf16");
  }
}
