package io.kitbag.train.recipe;

import io.kitbag.train.internal.Nearest;
import io.kitbag.train.recipe.RecipeException.Problem;
import io.kitbag.train.recipe.Tree.Mapping;
import io.kitbag.train.recipe.Tree.Scalar;
import io.kitbag.train.recipe.Tree.Sequence;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a record from a tree and notes everything that does not fit, so that all is told at once.
 *
 * <p>A key is a component's name. Records nest; {@code Optional}, {@code List}, {@code Map} with
 * text as keys, enums and what {@link ScalarType} knows are values. A record with a static {@code
 * named(String)} may be written as a name. The compact constructors' own complaints get the place
 * their value was written at.
 */
final class RecordReader {
  private final Class<? extends Record> root;
  private final List<Problem> problems;

  private RecordReader(Class<? extends Record> root, List<Problem> problems) {
    this.root = root;
    this.problems = problems;
  }

  /**
   * The record, if all is well.
   *
   * @throws RecipeException with {@code problems}, those given and those found
   */
  static <R extends Record> R read(Class<R> type, Mapping tree, List<Problem> problems) {
    RecordReader reader = new RecordReader(type, new ArrayList<>(problems));
    Object record = reader.record(type, tree, "");
    if (record == null || !reader.problems.isEmpty()) {
      throw new RecipeException(reader.problems);
    }
    return type.cast(record);
  }

  private @Nullable Object record(Class<?> type, Mapping tree, String path) {
    int before = problems.size();
    RecordComponent[] components = type.getRecordComponents();
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String name = components[i].getName();
      Tree child = tree.entries().get(name);
      if (child != null) {
        arguments[i] = value(components[i].getGenericType(), child, join(path, name));
      } else if (components[i].getType() == Optional.class) {
        arguments[i] = Optional.empty();
      } else {
        problem(tree.at(), join(path, name), "is missing");
      }
    }
    List<String> known = Stream.of(components).map(RecordComponent::getName).toList();
    tree.entries().forEach((key, child) -> refuseUnknown(known, key, child, path));
    if (problems.size() > before) {
      return null;
    }
    try {
      Constructor<?> constructor =
          type.getDeclaredConstructor(
              Stream.of(components).map(RecordComponent::getType).toArray(Class<?>[]::new));
      return constructor.newInstance(arguments);
    } catch (ReflectiveOperationException e) {
      relay(e, tree, path);
      return null;
    }
  }

  private @Nullable Object value(Type type, Tree tree, String path) {
    if (type instanceof ParameterizedType generic) {
      if (generic.getRawType() == Map.class) {
        return map(generic.getActualTypeArguments()[1], tree, path);
      }
      Type element = generic.getActualTypeArguments()[0];
      return generic.getRawType() == List.class
          ? list(element, tree, path)
          : optional(element, tree, path);
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      if (tree instanceof Mapping mapping) {
        return record(plain, mapping, path);
      }
      return named(plain, tree, path);
    }
    if (tree instanceof Scalar scalar && scalar.text() != null) {
      try {
        return ScalarType.parse(plain, scalar.text());
      } catch (IllegalArgumentException e) {
        problem(tree.at(), path, e.getMessage());
        return null;
      }
    }
    problem(tree.at(), path, kind(tree) + " is not " + ScalarType.expected(plain));
    return null;
  }

  private @Nullable Object optional(Type element, Tree tree, String path) {
    if (tree instanceof Scalar scalar && scalar.text() == null) {
      return Optional.empty();
    }
    Object value = value(element, tree, path);
    return value == null ? null : Optional.of(value);
  }

  private @Nullable Object list(Type element, Tree tree, String path) {
    if (!(tree instanceof Sequence sequence)) {
      problem(tree.at(), path, kind(tree) + " is not a list; write [a, b]");
      return null;
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < sequence.items().size(); i++) {
      Object value = value(element, sequence.items().get(i), path + "[" + i + "]");
      if (value != null) {
        values.add(value);
      }
    }
    return values;
  }

  /** Keys of the user's own, in the order they were written. */
  private @Nullable Object map(Type element, Tree tree, String path) {
    if (!(tree instanceof Mapping mapping)) {
      problem(tree.at(), path, kind(tree) + " is not a section; write {name: value}");
      return null;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach(
            (key, child) -> {
              Object value = value(element, child, join(path, key));
              if (value != null) {
                values.put(key, value);
              }
            });
    return values;
  }

  private @Nullable Object named(Class<?> type, Tree tree, String path) {
    Optional<Method> factory =
        Stream.of(type.getMethods()).filter(method -> method.getName().equals("named")).findAny();
    if (factory.isPresent() && tree instanceof Scalar scalar && scalar.text() != null) {
      try {
        return factory.get().invoke(null, scalar.text());
      } catch (ReflectiveOperationException e) {
        relay(e, tree, path);
        return null;
      }
    }
    List<String> keys =
        Stream.of(type.getRecordComponents()).map(RecordComponent::getName).toList();
    problem(
        tree.at(),
        path,
        kind(tree) + " is not a section; it has the keys " + String.join(", ", keys));
    return null;
  }

  private void refuseUnknown(List<String> known, String key, Tree child, String path) {
    if (known.contains(key)) {
      return;
    }
    String meant =
        Nearest.to(key, known)
            .map(name -> join(path, name))
            .or(() -> Keys.endingIn(root, key))
            .map(name -> "; did you mean " + name + "?")
            .orElse("; known here: " + String.join(", ", known));
    problem(child.at(), join(path, key), "unknown key" + meant);
  }

  /** Passes on what a constructor or factory found, with the place of the value it is about. */
  private void relay(ReflectiveOperationException e, Tree tree, String path) {
    if (e instanceof InvocationTargetException thrown
        && thrown.getCause() instanceof RecipeException refused) {
      for (Problem inner : refused.problems()) {
        String where = tree instanceof Mapping mapping ? mapping.whereIs(inner.path()) : tree.at();
        problem(where, inner.path().isEmpty() ? path : join(path, inner.path()), inner.message());
      }
      return;
    }
    throw new IllegalStateException(path + " cannot be made", e);
  }

  private void problem(String where, String path, String message) {
    problems.add(new Problem(where, path, message));
  }

  private static String kind(Tree tree) {
    if (tree instanceof Scalar scalar) {
      return scalar.text() == null ? "nothing" : '"' + scalar.text() + '"';
    }
    return tree instanceof Sequence ? "a list" : "a section";
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
