package io.kitbag.train.telemetry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.kitbag.train.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The measurements of a run as JSON lines, in the order of the steps.
 *
 * <p>Each line has {@code kind} ({@code train}, {@code eval}, …), {@code step} and what was
 * measured; {@code docs/metrics.md} lists the names. A line is handed to the operating system at
 * once, so the file can be followed while the run goes on, and a killed process loses none. NaN and
 * infinities are written as strings, since JSON has no numbers for them.
 */
public final class MetricsLog implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final FileChannel channel;

  private MetricsLog(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Opens the log of a run that goes on after {@code step}: later lines, and a line that a killed
   * process left incomplete, are removed, as their steps are taken again. A run that starts passes
   * -1, which empties the log.
   *
   * @throws StorageException if the file cannot be written
   */
  public static MetricsLog open(Path file, long step) {
    try {
      long length = Files.exists(file) ? lengthUpTo(step, Files.readAllBytes(file)) : 0;
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.truncate(length).position(length);
      return new MetricsLog(file, channel);
    } catch (IOException e) {
      throw new StorageException(file, e);
    }
  }

  /**
   * Adds one line.
   *
   * @param kind what was measured
   * @param step optimizer steps taken so far
   * @param values numbers, strings and the like, by name
   * @throws StorageException if the line cannot be written
   */
  public void append(String kind, long step, Map<String, ?> values) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("kind", kind);
    line.put("step", step);
    line.putAll(values);
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap((JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(values + " cannot be written as JSON", e);
    } catch (IOException e) {
      throw new StorageException(file, e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new StorageException(file, e);
    }
  }

  /** Where the first line that is later than {@code step}, or is not a whole one, begins. */
  private static int lengthUpTo(long step, byte[] content) {
    int begin = 0;
    for (int i = 0; i < content.length; i++) {
      if (content[i] == '\n') {
        if (stepOf(new String(content, begin, i - begin, StandardCharsets.UTF_8)) > step) {
          return begin;
        }
        begin = i + 1;
      }
    }
    return begin;
  }

  private static long stepOf(String line) {
    try {
      JsonNode step = JSON.readTree(line).path("step");
      return step.isIntegralNumber() ? step.longValue() : Long.MAX_VALUE;
    } catch (JsonProcessingException e) {
      return Long.MAX_VALUE;
    }
  }
}
