package io.kitbag.train.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes in bytes as the command line writes them: 16g or 800m; letters are powers of 1024. */
public final class ByteSize {

  private static final Pattern BYTES = Pattern.compile("(\\d{1,6})([kmgt]?)i?b?|(\\d{1,18})");
  private static final int BITS_PER_LETTER = 10;

  private ByteSize() {}

  /**
   * Reads a size.
   *
   * @param option whose value it is, for the message
   * @throws IllegalArgumentException if it is none
   */
  public static long parse(String option, String text) {
    Matcher matcher = BYTES.matcher(text.toLowerCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "%s \"%s\" is no size; write 16g or 800m".formatted(option, text));
    }
    if (matcher.group(1) == null) {
      return Long.parseLong(matcher.group(3));
    }
    int letters = matcher.group(2).isEmpty() ? 0 : "kmgt".indexOf(matcher.group(2)) + 1;
    return Long.parseLong(matcher.group(1)) << letters * BITS_PER_LETTER;
  }
}
