package io.kitbag.train.recipe;

import io.kitbag.train.recipe.Tree.Mapping;
import io.kitbag.train.recipe.Tree.Scalar;
import io.kitbag.train.recipe.Tree.Sequence;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Turns a record into the tree from which {@link RecordReader} makes an equal one. */
final class RecordTree {
  private RecordTree() {}

  static Mapping of(Record record) {
    Map<String, Tree> entries = new LinkedHashMap<>();
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      try {
        entries.put(component.getName(), value(component.getAccessor().invoke(record)));
      } catch (ReflectiveOperationException e) {
        throw new AssertionError("the accessor of " + component + " is public", e);
      }
    }
    return new Mapping(entries, "");
  }

  /** How a constant is written: its own {@code toString}, or its name in kebab-case. */
  static String label(Enum<?> constant) {
    return constant.toString().equals(constant.name())
        ? constant.name().toLowerCase(Locale.ROOT).replace('_', '-')
        : constant.toString();
  }

  private static Tree value(Object value) {
    if (value instanceof Record inner) {
      return of(inner);
    }
    if (value instanceof List<?> list) {
      return new Sequence(list.stream().map(RecordTree::value).toList(), "");
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Tree> entries = new LinkedHashMap<>();
      map.forEach((key, each) -> entries.put(key.toString(), value(each)));
      return new Mapping(entries, "");
    }
    if (value instanceof Optional<?> optional) {
      return optional.<Tree>map(RecordTree::value).orElse(new Scalar(null, ""));
    }
    if (value instanceof Enum<?> constant) {
      return new Scalar(label(constant), "");
    }
    return new Scalar(value instanceof Double number ? text(number) : value.toString(), "");
  }

  /** The shortest decimal that reads back as the same double; without an exponent if readable. */
  private static String text(double value) {
    double size = Math.abs(value);
    return Double.compare(value, 0) == 0 || size >= 1e-7 && size < 1e12
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : Double.toString(value);
  }
}
