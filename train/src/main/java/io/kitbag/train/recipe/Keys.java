package io.kitbag.train.recipe;

import io.kitbag.train.internal.Nearest;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The dotted paths of all keys of a record. */
final class Keys {
  private Keys() {}

  /** Sections and values, each section before what it holds. */
  static List<String> of(Class<?> type) {
    List<String> paths = new ArrayList<>();
    collect(type, "", paths);
    return paths;
  }

  /** The one path whose last part is, or nearly is, {@code name}: a key in the wrong section. */
  static Optional<String> endingIn(Class<?> type, String name) {
    List<String> paths = of(type);
    return Nearest.to(name, paths.stream().map(Keys::last).toList())
        .map(found -> paths.stream().filter(path -> last(path).equals(found)).toList())
        .filter(candidates -> candidates.size() == 1)
        .map(candidates -> candidates.get(0));
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  private static void collect(Class<?> type, String prefix, List<String> paths) {
    for (RecordComponent component : type.getRecordComponents()) {
      paths.add(prefix + component.getName());
      if (component.getType().isRecord()) {
        collect(component.getType(), prefix + component.getName() + ".", paths);
      }
    }
  }
}
