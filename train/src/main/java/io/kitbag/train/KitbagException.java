package io.kitbag.train;

/**
 * An error whose message is for the user: what was wrong, the value, where, and what to do.
 *
 * <p>The command line prints the message alone (with the stack trace under {@code --verbose}) and
 * ends with {@link #exitCode()}. Any other exception is a fault of the program.
 */
public class KitbagException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final ExitCode exitCode;

  /** An error with nothing underneath. */
  public KitbagException(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** An error that {@code cause} explains further. */
  public KitbagException(ExitCode exitCode, String message, Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  /** The status with which a process stopped by this error ends. */
  public final ExitCode exitCode() {
    return exitCode;
  }
}
