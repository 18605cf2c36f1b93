package io.kitbag.train.telemetry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By what, on what and from what a run was made: what one needs to make it again.
 *
 * @param started ISO 8601, UTC
 * @param seed of all random draws
 * @param device where the network was computed, such as {@code cpu} or {@code gpu:0}
 * @param kitbag version of Kitbag
 * @param djl version of DJL
 * @param engine name and version of the engine, such as {@code PyTorch 2.0.1}
 * @param jdk vendor's name and version of the Java virtual machine
 * @param os name, version and architecture
 * @param cpu model name, or the architecture if the system does not tell
 * @param cores processors available to the process
 * @param gitCommit commit of the working directory, with {@code -dirty} if tracked files differ
 *     from it; empty outside a repository
 */
public record Provenance(
    String started,
    long seed,
    String device,
    String kitbag,
    String djl,
    String engine,
    String jdk,
    String os,
    String cpu,
    int cores,
    String gitCommit) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The engine and its binding, as the caller knows them. */
  public record EngineVersions(String djl, String engine) {}

  /**
   * Collects what the process can find out about itself; runs {@code git describe} if there is git.
   */
  public static Provenance collect(
      long seed, String device, EngineVersions versions, Instant started) {
    return new Provenance(
        started.toString(),
        seed,
        device,
        kitbagVersion(),
        versions.djl(),
        versions.engine(),
        property("java.vm.name") + " " + Runtime.version(),
        property("os.name") + " " + property("os.version") + " " + property("os.arch"),
        processorName(),
        Runtime.getRuntime().availableProcessors(),
        currentCommit());
  }

  /** The version of Kitbag, as built. */
  public static String kitbagVersion() {
    try (InputStream in = Provenance.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version");
    } catch (IOException e) {
      throw new IllegalStateException("the build's own version cannot be read", e);
    }
  }

  /** The versions alone, as a checkpoint keeps them. */
  public Map<String, String> versions() {
    return Map.of("kitbag", kitbag, "djl", djl, "engine", engine, "jdk", jdk);
  }

  /** Indented JSON. */
  public String toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("strings and numbers can be written as JSON", e);
    }
  }

  private static String property(String name) {
    return System.getProperty(name, "?");
  }

  private static String processorName() {
    try {
      Matcher model =
          Pattern.compile("(?m)^model name\\s*: (.*)$")
              .matcher(Files.readString(Path.of("/proc/cpuinfo")));
      return model.find() ? model.group(1) : property("os.arch");
    } catch (IOException e) {
      return Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER")).orElse(property("os.arch"));
    }
  }

  private static String currentCommit() {
    ProcessBuilder git =
        new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*");
    try {
      Process process = git.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      if (process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0) {
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      }
      process.destroyForcibly();
    } catch (IOException e) {
      // No git on this machine: nothing to say.
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "";
  }
}
