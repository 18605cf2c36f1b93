package io.kitbag.bench.step;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Names of constants as the command line and the reports write them. */
public final class Labels {

  private Labels() {}

  /** The constant in lower case. */
  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** The constant of that name; upper case and dashes for underscores are as good. */
  public static <E extends Enum<E>> E parse(Class<E> type, String what, String label) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().equalsIgnoreCase(label.strip().replace('-', '_'))) {
        return constant;
      }
    }
    throw new IllegalArgumentException(
        "%s '%s' is not one of %s"
            .formatted(
                what,
                label,
                Arrays.stream(type.getEnumConstants())
                    .map(Labels::of)
                    .collect(Collectors.joining(", "))));
  }
}
