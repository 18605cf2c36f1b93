package io.kitbag.augment.data;

/** Whole numbers in text. */
final class Numbers {
  private Numbers() {}

  /** Returns the non-negative number that the text is, or else {@code otherwise}. */
  static int wholeOr(String text, int otherwise) {
    if (text.isEmpty() || text.length() > 9) {
      return otherwise;
    }
    int value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return otherwise;
      }
      value = 10 * value + (c - '0');
    }
    return value;
  }
}
