package io.kitbag.train.recipe;

import io.kitbag.train.internal.Nearest;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** How the text of a scalar becomes a value of the type its key has. */
final class ScalarType {
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d+");
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?");

  private ScalarType() {}

  /**
   * The value.
   *
   * @throws IllegalArgumentException if the text is not one, with a message for the user
   */
  static Object parse(Class<?> type, String text) {
    if (type == int.class || type == Integer.class) {
      long value = whole(text, type);
      return require(value == (int) value, (int) value, text, type);
    }
    if (type == long.class) {
      return whole(text, type);
    }
    if (type == double.class || type == Double.class) {
      double value = DECIMAL.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
      return require(Double.isFinite(value), value, text, type);
    }
    if (type == boolean.class || type == Boolean.class) {
      return require(text.equals("true") || text.equals("false"), text.equals("true"), text, type);
    }
    if (type == Path.class) {
      try {
        return Path.of(text);
      } catch (InvalidPathException e) {
        throw new IllegalArgumentException(e.getMessage(), e);
      }
    }
    return type.isEnum() ? constant(type, text) : text;
  }

  /** What a value of the type looks like. */
  static String expected(Class<?> type) {
    if (type == int.class || type == Integer.class || type == long.class) {
      return "a whole number";
    }
    if (type == double.class || type == Double.class) {
      return "a number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    return type.isEnum() ? "one of " + String.join(", ", labels(type)) : "text";
  }

  private static long whole(String text, Class<?> type) {
    try {
      return require(WHOLE.matcher(text).matches(), Long.parseLong(text), text, type);
    } catch (NumberFormatException e) {
      throw refusal(text, type);
    }
  }

  private static Object constant(Class<?> type, String text) {
    for (Object constant : type.getEnumConstants()) {
      if (RecordTree.label((Enum<?>) constant).replace('_', '-').equals(text.replace('_', '-'))) {
        return constant;
      }
    }
    throw refusal(text, type);
  }

  private static <T> T require(boolean holds, T value, String text, Class<?> type) {
    if (!holds) {
      throw refusal(text, type);
    }
    return value;
  }

  private static IllegalArgumentException refusal(String text, Class<?> type) {
    String hint = type.isEnum() ? Nearest.hint(text, labels(type)) : "";
    boolean tooLarge = type == int.class && WHOLE.matcher(text).matches();
    return new IllegalArgumentException(
        '"' + text + "\" is " + (tooLarge ? "too large for " : "not ") + expected(type) + hint);
  }

  private static List<String> labels(Class<?> type) {
    return Stream.of(type.getEnumConstants()).map(c -> RecordTree.label((Enum<?>) c)).toList();
  }
}
