package io.kitbag.train.ablate;

import io.kitbag.train.report.Svg;
import java.util.List;
import java.util.Locale;

/** What each trick is worth: a dot on a line for its confidence interval, zero in the middle. */
final class EffectPicture {

  private static final double WIDTH = 760;
  private static final double LABELS = 230;
  private static final double RIGHT = 730;
  private static final double ROW = 26;
  private static final double TOP = 44;
  private static final double MARGIN = 1.1;
  private static final String INK = "stroke='#1f5fa8' stroke-width='2'";

  private final List<AblationRow> rows;
  private final double reach;

  private EffectPicture(List<AblationRow> rows) {
    this.rows = rows;
    double farthest =
        rows.stream()
            .map(row -> row.worth().orElseThrow())
            .mapToDouble(worth -> Math.abs(worth.mean()) + worth.halfWidth().orElse(0))
            .max()
            .orElse(0);
    // A picture of nothing but zeros still has a scale: a point to either side.
    this.reach = farthest > 0 ? MARGIN * farthest : 0.01;
  }

  static Svg of(AblationResult result) {
    return new EffectPicture(result.rows().stream().filter(row -> row.worth().isPresent()).toList())
        .draw();
  }

  private Svg draw() {
    double bottom = TOP + ROW * rows.size();
    Svg svg = new Svg(WIDTH, bottom + 40, "What each trick is worth in points of top-1");
    svg.text(LABELS, 22, "start", "Points of top-1 that each is worth, with 95 % confidence");
    svg.line(x(0), TOP - 8, x(0), bottom, "stroke='#888' stroke-width='1'");
    for (double tick : new double[] {-reach / MARGIN, 0, reach / MARGIN}) {
      svg.text(x(tick), bottom + 20, "middle", String.format(Locale.ROOT, "%+.2f", 100 * tick));
    }
    for (int i = 0; i < rows.size(); i++) {
      draw(svg, rows.get(i), TOP + ROW * (i + 0.5));
    }
    return svg;
  }

  private void draw(Svg svg, AblationRow row, double y) {
    Effect worth = row.worth().orElseThrow();
    double half = worth.halfWidth().orElse(0);
    String subject = row.variant().comparison().orElseThrow().subject();
    svg.text(LABELS - 12, y + 4, "end", subject);
    svg.line(x(worth.mean() - half), y, x(worth.mean() + half), y, INK);
    svg.dot(
        x(worth.mean()), y, 5, "fill='#1f5fa8'", subject + " " + AblationReport.interval(worth));
  }

  private double x(double effect) {
    return LABELS + (effect / reach + 1) / 2 * (RIGHT - LABELS);
  }
}
