package io.kitbag.precision;

/** The machine computes wrong numbers, so nothing trained on it could be trusted. */
public final class NumericsException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /**
   * @param message what deviates, by how much, and what to do
   */
  public NumericsException(String message) {
    super(message);
  }
}
