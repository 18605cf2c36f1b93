package io.kitbag.train.recipe;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.kitbag.train.recipe.Tree.Mapping;
import io.kitbag.train.recipe.Tree.Scalar;
import io.kitbag.train.recipe.Tree.Sequence;
import java.util.stream.Collectors;

/**
 * Writes a tree as YAML: mappings as indented blocks, lists in brackets on one line, and so the
 * mappings in them, without what they leave open.
 */
final class YamlWriter {
  private YamlWriter() {}

  static String write(Mapping tree) {
    StringBuilder out = new StringBuilder();
    block(tree, "", out);
    return out.toString();
  }

  private static void block(Mapping tree, String indent, StringBuilder out) {
    tree.entries()
        .forEach(
            (key, value) -> {
              out.append(indent).append(scalar(key)).append(':');
              if (value instanceof Mapping inner && !inner.entries().isEmpty()) {
                out.append('\n');
                block(inner, indent + "  ", out);
              } else {
                out.append(' ').append(inline(value)).append('\n');
              }
            });
  }

  private static String inline(Tree value) {
    if (value instanceof Mapping mapping) {
      return mapping.entries().entrySet().stream()
          .filter(entry -> !(entry.getValue() instanceof Scalar scalar && scalar.text() == null))
          .map(entry -> scalar(entry.getKey()) + ": " + inline(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    if (value instanceof Sequence sequence) {
      return sequence.items().stream()
          .map(YamlWriter::inline)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    String text = ((Scalar) value).text();
    if (text == null) {
      return "null";
    }
    return scalar(text);
  }

  private static String scalar(String text) {
    // Plain scalars are kept to what cannot be mistaken for anything else; a JSON string is YAML.
    boolean plain = text.matches("[A-Za-z0-9/.-][A-Za-z0-9_/.:+-]*") && !text.endsWith(":");
    return plain && !text.equals("-") && !text.matches("(?i)null|---|\\.\\.\\.")
        ? text
        : '"' + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }
}
