package io.kitbag.train.internal;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** The "did you mean": the known name that was probably meant by an unknown one. */
public final class Nearest {
  private Nearest() {}

  /**
   * The candidate with the fewest edits from {@code name}, if these are few enough for a typing
   * error: one, or a third of its length. Case, hyphens and underscores do not count.
   */
  public static Optional<String> to(String name, Collection<String> candidates) {
    String wanted = bare(name);
    String best = null;
    int fewest = Integer.MAX_VALUE;
    for (String candidate : candidates) {
      int edits = edits(wanted, bare(candidate));
      if (edits < fewest) {
        fewest = edits;
        best = candidate;
      }
    }
    return fewest <= Math.max(1, wanted.length() / 3)
        ? Optional.ofNullable(best)
        : Optional.empty();
  }

  /** "; did you mean X?" for {@link #to}, or nothing. */
  public static String hint(String name, Collection<String> candidates) {
    return to(name, candidates).map(found -> "; did you mean " + found + "?").orElse("");
  }

  private static String bare(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
  }

  /** Damerau's distance in its restricted form: insert, delete, replace, swap two neighbours. */
  private static int edits(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        boolean same = a.charAt(i - 1) == b.charAt(j - 1);
        d[i][j] =
            Math.min(d[i - 1][j - 1] + (same ? 0 : 1), 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        boolean swapped =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        if (swapped) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
