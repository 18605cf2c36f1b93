package io.kitbag.optim;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A pattern for names of parameters.
 *
 * @param text a glob for the whole name, in which {@code *} is any run of characters, dots
 *     included, and {@code ?} any one: {@code layer1.*}. Between slashes a regular expression that
 *     is looked for anywhere in the name: {@code /^layer[34]\.\d+\.conv/}
 */
public record NamePattern(String text) {

  public NamePattern {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("a name pattern must not be empty; * is every name");
    }
    try {
      compile(text);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "%s is not a regular expression: %s at index %d"
              .formatted(text, e.getDescription(), e.getIndex()),
          e);
    }
  }

  /** Whether a name fits. */
  public boolean matches(String name) {
    return compile(text).matcher(name).find();
  }

  private static Pattern compile(String text) {
    if (text.length() > 2 && text.startsWith("/") && text.endsWith("/")) {
      return Pattern.compile(text.substring(1, text.length() - 1));
    }
    StringBuilder regex = new StringBuilder("^");
    for (char c : text.toCharArray()) {
      regex.append(
          switch (c) {
            case '*' -> ".*";
            case '?' -> ".";
            default -> Pattern.quote(String.valueOf(c));
          });
    }
    return Pattern.compile(regex.append('$').toString());
  }
}
