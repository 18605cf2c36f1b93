package io.kitbag.train.telemetry;

import java.io.PrintStream;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Progress as plain lines, at most one per interval, for logs and pipes. */
public final class LineProgress implements Progress {
  private final PrintStream out;
  private final long intervalNanos;
  private final LongSupplier nanoTime;
  private String task = "";
  private long total;
  private long lastLine;

  /**
   * Progress on {@code out}.
   *
   * @param interval the least time between two lines of one task
   * @param nanoTime the clock, such as {@code System::nanoTime}
   */
  public LineProgress(PrintStream out, Duration interval, LongSupplier nanoTime) {
    this.out = out;
    this.intervalNanos = interval.toNanos();
    this.nanoTime = nanoTime;
  }

  @Override
  public void begin(String newTask, long units) {
    task = newTask;
    total = units;
    lastLine = nanoTime.getAsLong();
  }

  @Override
  public void advance(long done, String status) {
    long now = nanoTime.getAsLong();
    if (now - lastLine >= intervalNanos) {
      lastLine = now;
      out.println(task + "  " + done + "/" + total + "  " + status);
    }
  }

  @Override
  public void end(String summary) {
    out.println(summary);
  }

  @Override
  public void message(String line) {
    out.println(line);
  }

  @Override
  public void close() {
    out.flush();
  }
}
