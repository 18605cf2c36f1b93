package io.kitbag.bench.child;

/** A child did not answer; the message says why, in a line that fits into a report. */
public final class ChildException extends Exception {

  private static final long serialVersionUID = 1L;

  /** With the reason. */
  public ChildException(String message) {
    super(message);
  }

  /** With the reason and what brought it about. */
  public ChildException(String message, Throwable cause) {
    super(message, cause);
  }
}
