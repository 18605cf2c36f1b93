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

  /**
   * The path whose last part is, or nearly is, {@code name}: a key in the wrong section. If there
   * are several, the one that is less deep than all others.
   */
  static Optional<String> endingIn(Class<?> type, String name) {
    List<String> paths = of(type);
    return Nearest.to(name, paths.stream().map(Keys::last).toList())
        .map(found -> paths.stream().filter(path -> last(path).equals(found)).toList())
        .map(Keys::leastDeep)
        .filter(candidates -> candidates.size() == 1)
        .map(candidates -> candidates.get(0));
  }

  private static List<String> leastDeep(List<String> paths) {
    int least = paths.stream().mapToInt(Keys::depth).min().orElse(0);
    return paths.stream().filter(path -> depth(path) == least).toList();
  }

  private static int depth(String path) {
    return (int) path.chars().filter(c -> c == '.').count();
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
