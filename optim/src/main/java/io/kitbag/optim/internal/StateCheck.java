package io.kitbag.optim.internal;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Compares a saved state with the one it shall replace. */
public final class StateCheck {

  /** Enough names to see what went wrong; a state of another network would list hundreds. */
  private static final int SHOWN = 5;

  private StateCheck() {}

  public static void requireSame(
      String owner, Map<String, NDArray> expected, Map<String, ? extends NDArray> saved) {
    List<String> problems = new ArrayList<>();
    expected.forEach(
        (name, array) -> {
          NDArray other = saved.get(name);
          if (other == null) {
            problems.add(name + " is missing");
          } else if (other.getDataType() != array.getDataType()
              || !other.getShape().equals(array.getShape())) {
            problems.add(
                "%s is %s %s instead of %s %s"
                    .formatted(
                        name,
                        other.getDataType(),
                        other.getShape(),
                        array.getDataType(),
                        array.getShape()));
          }
        });
    saved.keySet().stream()
        .filter(name -> !expected.containsKey(name))
        .sorted()
        .forEach(name -> problems.add(name + " is unknown"));
    if (!problems.isEmpty()) {
      String more =
          problems.size() > SHOWN ? " and %d more".formatted(problems.size() - SHOWN) : "";
      throw new IllegalArgumentException(
          "saved state does not fit %s: %s%s; it must come from the same optimizer and network"
              .formatted(
                  owner, problems.stream().limit(SHOWN).collect(Collectors.joining(", ")), more));
    }
  }
}
