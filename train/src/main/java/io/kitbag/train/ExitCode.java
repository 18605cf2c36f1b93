package io.kitbag.train;

/**
 * How a command ended, as the operating system sees it.
 *
 * <p>The numbers are part of the command line's contract: scripts tell a wrong option from broken
 * data and from a loss that diverged by them.
 */
public enum ExitCode {
  /** The command did what it was asked. */
  DONE(0),
  /** A fault of the program itself; the message asks for a report. */
  FAILURE(1),
  /** Wrong options or a wrong recipe; nothing was started. */
  USAGE(2),
  /** Unreadable, corrupt or unfit data, weights or checkpoints. */
  DATA(3),
  /** The loss diverged, or the numerics guard found wrong results. */
  NUMERICS(4),
  /** The run directory cannot be written: no permission, read-only, or the disk is full. */
  STORAGE(5),
  /**
   * Stopped by SIGINT or SIGTERM after a checkpoint was written (128 + SIGINT, as shells count).
   */
  STOPPED(130);

  private final int code;

  ExitCode(int code) {
    this.code = code;
  }

  /** The process exit status, 0 to 255. */
  public int code() {
    return code;
  }
}
