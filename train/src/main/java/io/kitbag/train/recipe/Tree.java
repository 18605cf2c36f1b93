package io.kitbag.train.recipe;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A YAML value that remembers where it was written; the value of a key stands where its key does.
 */
sealed interface Tree {

  /** File, line and column, or the override; empty if it was made in code. */
  String at();

  /** A scalar's text; null is YAML's null. Its type is the reader's business, not YAML's. */
  record Scalar(@Nullable String text, String at) implements Tree {}

  /** A list. */
  record Sequence(List<Tree> items, String at) implements Tree {}

  /** Keys and values in the order they were written. */
  record Mapping(Map<String, Tree> entries, String at) implements Tree {

    /** These entries with those of {@code over} laid on top, key by key in nested mappings. */
    Mapping overlaid(Mapping over) {
      Map<String, Tree> merged = new LinkedHashMap<>(entries);
      over.entries.forEach(
          (key, value) ->
              merged.merge(
                  key,
                  value,
                  (below, above) ->
                      below instanceof Mapping lower && above instanceof Mapping upper
                          ? lower.overlaid(upper)
                          : above));
      return new Mapping(merged, over.at.isEmpty() ? at : over.at);
    }

    /** Where the value at a dotted path, or the nearest thing around it, was written. */
    String whereIs(String path) {
      int dot = path.indexOf('.');
      Tree child = entries.get(dot < 0 ? path : path.substring(0, dot));
      if (child == null) {
        return at;
      }
      return dot >= 0 && child instanceof Mapping inner
          ? inner.whereIs(path.substring(dot + 1))
          : child.at();
    }
  }
}
