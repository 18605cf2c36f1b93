package io.kitbag.bench.step;

import com.sun.management.OperatingSystemMXBean;
import io.kitbag.train.telemetry.Provenance;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/**
 * Where and with what a measurement was made.
 *
 * @param cpu model name
 * @param cores processors available to the process
 * @param memoryMiB of the machine
 * @param os name, version and architecture
 * @param loadAverage processes that ran or wanted to in the minute before; negative if unknown
 * @param openMpWait the variable that says how OpenMP's threads wait for each other, in this
 *     process and its children, and its value
 * @param kitbag version
 * @param jdk name and version of the Java virtual machine
 */
public record Machine(
    String cpu,
    int cores,
    long memoryMiB,
    String os,
    double loadAverage,
    String openMpWait,
    String kitbag,
    String jdk) {

  /** Share of the cores that others may use before times are told to be noisy. */
  private static final double CALM = 0.25;

  private static final long BYTES_PER_MIB = 1 << 20;

  /** This machine. */
  public static Machine collect() {
    Provenance provenance =
        Provenance.collect(0, "", new Provenance.EngineVersions("", ""), Instant.EPOCH);
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return new Machine(
        provenance.cpu(),
        provenance.cores(),
        system.getTotalMemorySize() / BYTES_PER_MIB,
        provenance.os(),
        system.getSystemLoadAverage(),
        openMpWait(System.getenv()),
        provenance.kitbag(),
        provenance.jdk());
  }

  /** GNU's OpenMP prefers the number to the policy where both are set. */
  static String openMpWait(Map<String, String> environment) {
    String spins = environment.get("GOMP_SPINCOUNT");
    return spins != null
        ? "GOMP_SPINCOUNT " + spins
        : "OMP_WAIT_POLICY " + environment.getOrDefault("OMP_WAIT_POLICY", "default");
  }

  /**
   * All of it on a line, for the head of a table.
   *
   * @param engine what computed, after a comma, or nothing
   */
  public String summary(String engine) {
    return String.format(
        Locale.ROOT,
        "%s, %d cores, %d MiB, %s, load %.1f before, %s; Kitbag %s%s, %s",
        cpu,
        cores,
        memoryMiB,
        os,
        loadAverage,
        openMpWait,
        kitbag,
        engine,
        jdk);
  }

  /** The hardware and how it was used, for a row of JSON. */
  public Map<String, Object> fields() {
    return Map.of(
        "cpu",
        cpu,
        "cores",
        cores,
        "memoryMiB",
        memoryMiB,
        "os",
        os,
        "loadAverage",
        loadAverage,
        "openMpWait",
        openMpWait);
  }

  /** Whether others used the machine when this was collected, so that times will vary. */
  public boolean isBusy() {
    return loadAverage > CALM * cores;
  }
}
