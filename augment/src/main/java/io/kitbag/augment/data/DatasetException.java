package io.kitbag.augment.data;

/**
 * Says that a data set cannot be used: it is missing, empty, incomplete or contradicts itself. The
 * message names the folder or file and what to do; the command line ends with exit code 3.
 */
public final class DatasetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Makes the exception with a message for the user. */
  public DatasetException(String message) {
    super(message);
  }

  /** Makes the exception with a message for the user and what raised it. */
  public DatasetException(String message, Throwable cause) {
    super(message, cause);
  }
}
