package io.kitbag.train.telemetry;

import java.io.PrintStream;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Progress as a bar on a terminal, with the speed and the time left. */
public final class BarProgress implements Progress {
  private static final int MILLIS_BETWEEN_DRAWINGS = 250;

  /** Fits the usual terminal. A fixed width also keeps JLine from taking over the terminal. */
  private static final int COLUMNS = 99;

  private final PrintStream out;
  private String task = "";
  private @Nullable ProgressBar bar;

  /** Progress on {@code out}, a terminal. */
  public BarProgress(PrintStream out) {
    this.out = out;
  }

  @Override
  public void begin(String newTask, long total) {
    close();
    task = newTask;
    bar =
        ProgressBar.builder()
            .setTaskName(newTask)
            .setInitialMax(total)
            .setStyle(ProgressBarStyle.ASCII)
            .setUpdateIntervalMillis(MILLIS_BETWEEN_DRAWINGS)
            .setConsumer(new ConsoleProgressBarConsumer(out, COLUMNS))
            .showSpeed()
            .clearDisplayOnFinish()
            .build();
  }

  @Override
  public void advance(long done, String status) {
    if (bar != null) {
      bar.stepTo(done);
      bar.setExtraMessage(status);
    }
  }

  @Override
  public void end(String summary) {
    close();
    out.println(summary);
  }

  @Override
  public void message(String line) {
    if (bar != null) {
      out.print("\r" + " ".repeat(COLUMNS) + "\r");
    }
    out.println(line);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
