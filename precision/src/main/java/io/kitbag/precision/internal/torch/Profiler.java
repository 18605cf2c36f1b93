package io.kitbag.precision.internal.torch;

import ai.djl.pytorch.jni.JniUtils;
import com.google.gson.stream.JsonReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** PyTorch's own profiler, which DJL starts and which writes a trace in Chrome's format. */
public final class Profiler {

  private Profiler() {}

  /**
   * One call of an operator.
   *
   * @param thread on which it ran
   * @param start in microseconds from the beginning of the profile
   * @param duration in microseconds, that of operators called from it included
   */
  public record Event(String name, String thread, double start, double duration) {}

  /** Runs {@code work} and returns the calls of operators it made, in no order. */
  public static List<Event> record(Runnable work, boolean cuda) {
    try {
      Path trace = Files.createTempFile("kitbag-profile", ".json");
      try {
        JniUtils.startProfile(cuda, false, false);
        try {
          work.run();
        } finally {
          JniUtils.stopProfile(trace.toString());
        }
        return read(trace);
      } finally {
        Files.deleteIfExists(trace);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a profile cannot be written: " + e.getMessage(), e);
    }
  }

  private static List<Event> read(Path trace) throws IOException {
    List<Event> events = new ArrayList<>();
    try (JsonReader json = new JsonReader(Files.newBufferedReader(trace))) {
      json.beginArray();
      while (json.hasNext()) {
        events.add(event(json));
      }
    }
    return events;
  }

  private static Event event(JsonReader json) throws IOException {
    String name = "";
    String process = "";
    String thread = "";
    double start = 0;
    double duration = 0;
    json.beginObject();
    while (json.hasNext()) {
      switch (json.nextName()) {
        case "name" -> name = json.nextString();
        case "ts" -> start = json.nextDouble();
        case "dur" -> duration = json.nextDouble();
        case "tid" -> thread = json.nextString();
        case "pid" -> process = json.nextString();
        default -> json.skipValue();
      }
    }
    json.endObject();
    return new Event(name, process + " " + thread, start, duration);
  }
}
