package io.kitbag.train.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Reads a metrics log as a stream, each time from where it stopped before, so that a page that is
 * written after every epoch costs the same for the last one as for the first.
 *
 * <p>A last line without its end is left for the next time: it is being written, or the process was
 * killed over it. Not thread-safe.
 */
final class MetricsReader {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path file;
  private final RunHistory history = new RunHistory();
  private long offset;

  MetricsReader(Path file) {
    this.file = file;
  }

  /** What the log says by now. */
  RunHistory read() throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      InputStream in = Channels.newInputStream(channel.position(offset));
      byte[] buffer = new byte[1 << 16];
      int filled = 0;
      for (int more = in.read(buffer);
          more > 0;
          more = in.read(buffer, filled, room(buffer, filled))) {
        filled += more;
        int begin = 0;
        for (int i = filled - more; i < filled; i++) {
          if (buffer[i] == '\n') {
            line(buffer, begin, i - begin);
            begin = i + 1;
          }
        }
        offset += begin;
        filled -= begin;
        System.arraycopy(buffer, begin, buffer, 0, filled);
        if (filled == buffer.length) {
          buffer = Arrays.copyOf(buffer, 2 * filled);
        }
      }
    }
    return history;
  }

  private static int room(byte[] buffer, int filled) {
    return buffer.length - filled;
  }

  private void line(byte[] buffer, int begin, int length) throws IOException {
    JsonNode line;
    try {
      line = JSON.readTree(buffer, begin, length);
    } catch (JsonProcessingException e) {
      // A disk that was full, or a hand that edited: what the other lines say remains true.
      return;
    }
    history.add(line);
  }
}
