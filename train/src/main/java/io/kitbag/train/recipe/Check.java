package io.kitbag.train.recipe;

import io.kitbag.train.recipe.RecipeException.Problem;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with the components of one record, so that all of it is said at once. */
final class Check {
  private final List<Problem> problems = new ArrayList<>();

  /** Notes {@code key: value requirement} unless {@code holds}. */
  Check that(boolean holds, String key, Object value, String requirement) {
    if (!holds) {
      problems.add(new Problem("", key, (value + " " + requirement).strip()));
    }
    return this;
  }

  /** {@code value} must be {@code least} or more. */
  Check atLeast(double least, String key, Number value) {
    return that(value.doubleValue() >= least, key, value, "must be at least " + plain(least));
  }

  /** {@code value} must be at least 0 and below 1. */
  Check belowOne(String key, double value) {
    return that(value >= 0 && value < 1, key, value, "must be at least 0 and below 1");
  }

  /** {@code value} must lie in the closed interval. */
  Check within(double least, double most, String key, double value) {
    return that(
        value >= least && value <= most,
        key,
        plain(value),
        "must be between " + plain(least) + " and " + plain(most));
  }

  /** Whether a list is a smallest and a largest value. */
  static boolean ascending(List<Double> pair) {
    return pair.size() == 2 && pair.get(0) <= pair.get(1);
  }

  /** Throws everything noted so far, if anything was. */
  void done() {
    if (!problems.isEmpty()) {
      throw new RecipeException(problems);
    }
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
