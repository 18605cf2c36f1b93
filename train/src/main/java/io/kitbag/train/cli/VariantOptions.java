package io.kitbag.train.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Variants as the command line writes them: {@code NAME:KEY=VALUE}. */
final class VariantOptions {

  private VariantOptions() {}

  /**
   * Overrides by name, both in the order given.
   *
   * @throws IllegalArgumentException if one is not of that form
   */
  static Map<String, List<String>> parse(@Nullable List<String> options) {
    Map<String, List<String>> changes = new LinkedHashMap<>();
    if (options == null) {
      return changes;
    }
    for (String option : options) {
      int colon = option.indexOf(':');
      int equals = option.indexOf('=');
      if (colon < 1 || equals < colon + 2) {
        throw new IllegalArgumentException(
            "--variant %s is not of the form NAME:KEY=VALUE, such as adam:optimizer.name=adamw"
                .formatted(option));
      }
      changes
          .computeIfAbsent(option.substring(0, colon), name -> new ArrayList<>())
          .add(option.substring(colon + 1));
    }
    return changes;
  }
}
