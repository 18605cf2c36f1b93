package io.kitbag.train.cli;

import com.fasterxml.jackson.databind.node.TextNode;
import io.kitbag.train.recipe.RecipeException;
import io.kitbag.train.recipe.RecipeException.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Values of the recipe that options replace, with the words the user typed for each. */
final class Overrides {
  private static final String SET = "--set ";

  private final Map<String, String> typedByOverride = new LinkedHashMap<>();

  /** Replaces a value if the option was given. */
  Overrides number(String option, String key, @Nullable Number value) {
    return value == null ? this : put(option, key, value, value.toString());
  }

  /** Replaces a value if the option was given. */
  Overrides text(String option, String key, @Nullable Object value) {
    // A JSON string is a YAML string whatever is in it.
    return value == null
        ? this
        : put(option, key, value, new TextNode(value.toString()).toString());
  }

  /** Sets a value to true if the option was given. */
  Overrides flag(String option, String key, boolean given) {
    if (given) {
      typedByOverride.put(key + "=true", option);
    }
    return this;
  }

  /** Replaces values as {@code --set} writes them. */
  Overrides all(@Nullable List<String> keysAndValues) {
    if (keysAndValues != null) {
      keysAndValues.forEach(each -> typedByOverride.put(each, SET + each));
    }
    return this;
  }

  private Overrides put(String option, String key, Object value, String yaml) {
    typedByOverride.put(key + "=" + yaml, option + " " + value);
    return this;
  }

  /**
   * Applies them.
   *
   * @throws RecipeException that names the options as they were typed
   */
  <T> T applyTo(Function<List<String>, T> reader) {
    try {
      return reader.apply(List.copyOf(typedByOverride.keySet()));
    } catch (RecipeException e) {
      throw new RecipeException(e.problems().stream().map(this::asTyped).toList());
    }
  }

  private Problem asTyped(Problem problem) {
    String where = problem.where();
    return where.startsWith(SET)
        ? new Problem(
            typedByOverride.getOrDefault(where.substring(SET.length()), where),
            problem.path(),
            problem.message())
        : problem;
  }
}
