package io.kitbag.train.ablate;

import io.kitbag.train.ablate.Variant.Comparison;
import io.kitbag.train.recipe.Recipe;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** An ablation as a table for a person. */
public final class AblationReport {

  private static final double PERCENT = 100;

  private AblationReport() {}

  /** Aligned columns for a terminal. */
  public static String text(AblationResult result) {
    int width =
        result.rows().stream().mapToInt(row -> row.variant().name().length()).max().orElse(0);
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "%-" + Math.max(width, 7) + "s  runs  top-1 %%  deviation  %-28s  seconds  worth%n",
            "variant",
            "what it is worth, 95 %"));
    for (AblationRow row : result.rows()) {
      out.append(
          String.format(
                  Locale.ROOT,
                  "%-" + Math.max(width, 7) + "s  %4d  %7s  %9s  %-28s  %7s  %s",
                  row.variant().name(),
                  row.runs(),
                  number("%.2f", PERCENT, row.top1()),
                  number("%.2f", PERCENT, row.deviation()),
                  row.worth().map(AblationReport::interval).orElse(""),
                  number("%.1f", 1, row.seconds()),
                  verdict(row))
              .stripTrailing());
      out.append(System.lineSeparator());
    }
    return out.toString().stripTrailing();
  }

  /** A page with the picture, the table and what was changed for each variant. */
  public static String markdown(AblationResult result) {
    Recipe recipe = result.plan().variants().get(0).recipe();
    StringBuilder out = new StringBuilder();
    out.append(
        String.format(
            Locale.ROOT,
            "# Ablation of %s%n%n%s, %d epochs, seeds %d to %d; %d of %d runs are done.%n%n![What each is worth](ablation.svg)%n%n",
            recipe.name(),
            recipe.model().name(),
            recipe.epochs(),
            recipe.seed(),
            recipe.seed() + result.plan().seeds() - 1,
            result.runs().size(),
            result.plan().runs()));
    out.append(
        "| variant | runs | top-1 % | deviation | compared to | worth, points of top-1 (95 %) | | s a run | changes |\n");
    out.append("|---|---|---|---|---|---|---|---|---|\n");
    for (AblationRow row : result.rows()) {
      out.append(
          String.format(
              Locale.ROOT,
              "| %s | %d | %s | %s | %s | %s | %s | %s | %s |\n",
              row.variant().name(),
              row.runs(),
              number("%.2f", PERCENT, row.top1()),
              number("%.2f", PERCENT, row.deviation()),
              row.variant().comparison().map(Comparison::reference).orElse(""),
              row.worth().map(AblationReport::interval).orElse(""),
              verdict(row),
              number("%.1f", 1, row.seconds()),
              code(row.variant().changes())));
    }
    return out.toString();
  }

  /** Such as {@code zero-gamma helps} or {@code 2 runs diverged}. */
  static String verdict(AblationRow row) {
    if (row.diverged() > 0) {
      return row.diverged() + (row.diverged() == 1 ? " run diverged" : " runs diverged");
    }
    return row.variant()
        .comparison()
        .flatMap(
            comparison ->
                row.worth()
                    .map(
                        worth ->
                            comparison.subject()
                                + " "
                                + switch (worth.verdict()) {
                                  case HELPS -> "helps";
                                  case HURTS -> "hurts";
                                  case UNCLEAR -> "unclear";
                                }))
        .orElse("");
  }

  /** In points, such as {@code +0.42 (-0.10 to +0.94)}. */
  static String interval(Effect effect) {
    double points = PERCENT * effect.mean();
    if (effect.halfWidth().isEmpty()) {
      return String.format(Locale.ROOT, "%+.2f", points);
    }
    double half = PERCENT * effect.halfWidth().getAsDouble();
    return String.format(
        Locale.ROOT, "%+.2f (%+.2f to %+.2f)", points, points - half, points + half);
  }

  private static String number(String format, double factor, OptionalDouble value) {
    return value.isEmpty() ? "" : String.format(Locale.ROOT, format, factor * value.getAsDouble());
  }

  private static String code(List<String> changes) {
    return changes.isEmpty() ? "" : "`" + String.join("` `", changes).replace("|", "\\|") + "`";
  }
}
