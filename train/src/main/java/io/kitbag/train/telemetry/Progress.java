package io.kitbag.train.telemetry;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How far a run is, for a person. Tasks follow each other: {@code begin}, {@code advance} as often
 * as one likes, {@code end}. Used by one thread.
 */
public interface Progress extends AutoCloseable {

  /**
   * A task begins.
   *
   * @param task a few words, such as {@code epoch 3/30}
   * @param total how many units it has
   */
  void begin(String task, long total);

  /**
   * Some of the task is done.
   *
   * @param done units done of this task so far
   * @param status a few words, such as {@code loss 1.234}
   */
  void advance(long done, String status);

  /** The task is over; {@code summary} stays on the screen. */
  void end(String summary);

  /** A line that has nothing to do with the task. */
  void message(String line);

  /** Leaves the terminal tidy. */
  @Override
  void close();

  /** On standard error: a bar if that is a terminal, plain lines otherwise. */
  static Progress onStandardError() {
    PrintStream err = System.err;
    return isTerminal()
        ? new BarProgress(err)
        : new LineProgress(err, Duration.ofSeconds(10), System::nanoTime);
  }

  private static boolean isTerminal() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return false;
    }
    Path standardError = Path.of("/proc/self/fd/2");
    if (Files.isSymbolicLink(standardError)) {
      try {
        String target = Files.readSymbolicLink(standardError).toString();
        return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
      } catch (IOException e) {
        return false;
      }
    }
    // Elsewhere Java only knows about standard input and output together.
    return System.console() != null;
  }
}
