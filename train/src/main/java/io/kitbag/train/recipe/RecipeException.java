package io.kitbag.train.recipe;

import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import java.util.List;
import java.util.stream.Collectors;

/** A recipe that cannot be used, with everything that is wrong with it. */
public final class RecipeException extends KitbagException {
  private static final long serialVersionUID = 1;

  private final transient List<Problem> problems;

  /**
   * One thing that is wrong.
   *
   * @param where file, line and column ({@code my.yaml:3:5}) or the override; empty for a record
   *     built in code
   * @param path the key from the top of the recipe, such as {@code optimizer.momentum}; may be
   *     empty
   * @param message the value, what is wrong with it and what to write instead
   */
  public record Problem(String where, String path, String message) {
    /** The three parts in one line, empty ones left out. */
    @Override
    public String toString() {
      return (where.isEmpty() ? "" : where + ": ") + (path.isEmpty() ? "" : path + ": ") + message;
    }
  }

  /** All problems of one recipe, in the order they were met; at least one. */
  public RecipeException(List<Problem> problems) {
    super(ExitCode.USAGE, message(problems));
    this.problems = List.copyOf(problems);
  }

  /** Everything that is wrong, in the order it was met. */
  public List<Problem> problems() {
    return problems;
  }

  private static String message(List<Problem> problems) {
    if (problems.size() == 1) {
      return problems.get(0).toString();
    }
    return problems.stream()
        .map(problem -> "\n  " + problem)
        .collect(Collectors.joining("", "the recipe has " + problems.size() + " problems:", ""));
  }
}
