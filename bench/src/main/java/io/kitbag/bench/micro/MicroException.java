package io.kitbag.bench.micro;

/** A micro-benchmark that could not be measured. */
public final class MicroException extends Exception {
  private static final long serialVersionUID = 1;

  MicroException(String message) {
    super(message);
  }
}
