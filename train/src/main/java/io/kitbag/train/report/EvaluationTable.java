package io.kitbag.train.report;

import java.util.List;

/** All measurements of a run in numbers, which says what the pictures say without them. */
final class EvaluationTable {

  /** Longer tables are read by programs, from the log. */
  private static final int MOST_ROWS = 300;

  /** Longer ones stand between a person and the rest of the page. */
  private static final int MOST_OPEN_ROWS = 20;

  private EvaluationTable() {}

  static void addTo(HtmlPage page, List<Evaluation> all) {
    if (all.isEmpty()) {
      return;
    }
    Evaluation best = Evaluation.best(all, Evaluation::top1);
    boolean averaged = all.stream().anyMatch(each -> !Double.isNaN(each.averagedTop1()));
    List<Evaluation> shown = RunCharts.thinned(all, MOST_ROWS);
    page.markup("<h2>Measurements</h2>\n");
    page.add(
        "<details%s><summary>%s measurements on the test images%s</summary>",
        all.size() <= MOST_OPEN_ROWS ? " open" : "",
        all.size(),
        shown.size() == all.size()
            ? ""
            : ", %d of them shown; all are in metrics.jsonl".formatted(shown.size()));
    page.markup(
        "<div class='wide'><table><tr><th class='n'>epochs<th class='n'>steps<th"
            + " class='n'>training loss<th class='n'>test loss<th class='n'>top-1<th"
            + " class='n'>top-5"
            + (averaged ? "<th class='n'>averaged: loss<th class='n'>top-1<th class='n'>top-5" : "")
            + "<th class='n'>time</tr>\n");
    for (Evaluation each : shown) {
      row(page, each, averaged, each.equals(best) ? " class=best" : "");
    }
    page.markup("</table></div></details>\n");
  }

  private static void row(HtmlPage page, Evaluation each, boolean averaged, String attribute) {
    page.add(
        "<tr%s><td class='n'>%s<td class='n'>%s<td class='n'>%s<td class='n'>%s<td"
            + " class='n'>%s<td class='n'>%s",
        attribute,
        Words.epochs(each.epoch()),
        Words.count(each.step()),
        Words.loss(each.trainLoss()),
        Words.loss(each.loss()),
        Words.percent(each.top1()),
        Words.percent(each.top5()));
    if (averaged) {
      page.add(
          "<td class='n'>%s<td class='n'>%s<td class='n'>%s",
          Words.loss(each.averagedLoss()),
          Words.percent(each.averagedTop1()),
          Words.percent(each.averagedTop5()));
    }
    page.add("<td class='n'>%s</tr>", Words.seconds(each.seconds()));
  }
}
