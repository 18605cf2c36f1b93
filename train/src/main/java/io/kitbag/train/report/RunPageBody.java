package io.kitbag.train.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.kitbag.train.recipe.Recipe;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** A run as one page: its result, curves, where its time went, and what it was made from. */
final class RunPageBody {

  private static final String STYLE =
      """
      :root{color-scheme:light dark;--blue:#1f5fa8;--orange:#c8641b;--green:#2a7f4f;--violet:#7a4fa8;--grey:#b4bac2}
      @media(prefers-color-scheme:dark){:root{--ink:#e3e6ea;--quiet:#9aa3ad;--paper:#15181c;--rule:#343a41;--shade:#23282e;--blue:#6aa9ee;--orange:#ee9a55;--green:#5dbf87;--violet:#b692e0;--grey:#5b636d}}
      .figures{display:grid;grid-template-columns:repeat(auto-fill,minmax(170px,1fr));gap:10px;margin:16px 0}
      .figures div{background:var(--shade);border-radius:6px;padding:8px 12px} .figures dt{color:var(--quiet);font-size:13px}
      .figures dd{margin:0;font-size:21px;font-variant-numeric:tabular-nums} .figures small{display:block;font-size:12px;color:var(--quiet)}
      .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,400px),1fr));gap:16px 28px}
      .key{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px}
      .b0{background:var(--blue)}.b1{background:var(--orange)}.b2{background:var(--green)}.b3{background:var(--violet)}.b4{background:var(--grey)}.d4{fill:var(--grey)}
      .best td{font-weight:600} code,pre,td{overflow-wrap:anywhere}
      pre{font:12px/1.45 ui-monospace,monospace;background:var(--shade);padding:10px;border-radius:6px;overflow-x:auto} summary{cursor:pointer}
      """;

  private final RunFiles files;
  private final RunHistory run;
  private final RunCharts charts;
  private final HtmlPage page;

  private RunPageBody(RunFiles files, RunHistory run, String title) {
    this.files = files;
    this.run = run;
    charts = new RunCharts(run);
    page = new HtmlPage(title, CurveChart.STYLE + STYLE);
    page.add("<h1>%s</h1>", title);
  }

  /** The page. */
  static String of(RunFiles files, RunHistory run) {
    String title =
        files
            .recipe()
            .map(recipe -> recipe.name() + ", " + recipe.model().name())
            .orElse("kitbag run");
    RunPageBody body = new RunPageBody(files, run, title);
    body.state();
    body.figures();
    body.curves();
    body.time();
    body.skipped();
    body.leftOut();
    EvaluationTable.addTo(body.page, run.evaluations());
    body.provenance();
    body.recipe();
    return body.page.toString();
  }

  private void state() {
    int complete = run.epochs().complete();
    Optional<Integer> planned = files.recipe().map(Recipe::epochs);
    String how =
        planned.isPresent() && complete >= planned.get()
            ? "Finished"
            : run.end().map(end -> "Stopped").orElse("Not at its end");
    String resumed = "";
    if (!run.resumedAt().isEmpty()) {
      int times = run.resumedAt().size();
      resumed =
          "; resumed %s, at step %s"
              .formatted(
                  times == 1 ? "once" : times + " times, the last time",
                  Words.count(run.resumedAt().get(times - 1)));
    }
    page.add(
        "<p class='quiet'>%s after %s%s epochs, %s steps%s.</p>",
        how,
        Words.epochs(run.epochs().at(run.lastStep())),
        planned.map(all -> " of " + all).orElse(""),
        Words.count(run.lastStep()),
        resumed);
  }

  private void figures() {
    List<Evaluation> all = run.evaluations();
    page.markup("<dl class='figures'>\n");
    if (!all.isEmpty()) {
      Evaluation last = all.get(all.size() - 1);
      figure("top-1", Words.percent(last.top1()), best(all, Evaluation::top1));
      figure("top-5", Words.percent(last.top5()), best(all, Evaluation::top5));
      if (!Double.isNaN(last.averagedTop1())) {
        figure("top-1, averaged weights", Words.percent(last.averagedTop1()), "");
      }
      figure("test loss", Words.loss(last.loss()), "on " + Words.count(last.images()) + " images");
      figure("training loss", Words.loss(last.trainLoss()), "mean since the measurement before");
    }
    double stepSeconds = run.times().stepSeconds();
    if (stepSeconds > 0) {
      figure("images/s in training", Words.count(run.images() / stepSeconds), "");
      figure(
          "duration",
          Words.seconds(run.times().seconds()),
          run.times().wholeIsKnown() ? "evaluations included" : "of the training steps");
    }
    page.markup("</dl>\n");
    if (all.isEmpty()) {
      page.markup("<p>The test images have not been measured yet.</p>\n");
    }
    run.end()
        .ifPresent(
            end ->
                page.add(
                    "<p>checkpoint <code>%s</code><br>weights sha256 <code>%s</code></p>",
                    end.path("checkpoint").asText(), end.path("weightsSha256").asText()));
  }

  private static String best(List<Evaluation> all, ToDoubleFunction<Evaluation> accuracy) {
    Evaluation best = Evaluation.best(all, accuracy);
    return "best %s after epoch %s"
        .formatted(Words.percent(accuracy.applyAsDouble(best)), Words.epochs(best.epoch()));
  }

  private void figure(String name, String value, String remark) {
    page.add("<div><dt>%s</dt><dd>%s<small>%s</small></dd></div>", name, value, remark);
  }

  private void curves() {
    String all = charts.loss() + charts.accuracy() + charts.learningRate() + charts.lossScale();
    if (!all.isEmpty()) {
      page.markup("<h2>Curves</h2>\n<div class='charts'>\n").markup(all).markup("</div>\n");
      page.markup(
          "<p class='quiet'>The training loss is that of augmented images, with label smoothing"
              + " and the like; the test loss is without.</p>\n");
    }
  }

  private void time() {
    PhaseTimes times = run.times();
    if (times.stepSeconds() <= 0) {
      return;
    }
    List<String> names =
        new ArrayList<>(List.of("waiting for images", "forward", "backward", "optimizer"));
    List<Double> seconds = new ArrayList<>();
    for (int i = 0; i < PhaseTimes.PHASES.size(); i++) {
      seconds.add(times.seconds(i));
    }
    if (times.wholeIsKnown()) {
      names.add("evaluation, checkpoints and the rest");
      seconds.add(Math.max(0, times.seconds() - times.stepSeconds()));
    }
    double[] parts = seconds.stream().mapToDouble(Double::doubleValue).toArray();
    double all = seconds.stream().mapToDouble(Double::doubleValue).sum();
    page.markup("<h2>Time</h2>\n").markup(RunCharts.bar(names, parts));
    page.markup("<table><tr><th>part<th class='n'>time<th class='n'>share</tr>\n");
    for (int i = 0; i < parts.length; i++) {
      page.add(
          "<tr><td><span class='key b%s'></span>%s<td class='n'>%s<td class='n'>%s</tr>",
          i, names.get(i), Words.seconds(parts[i]), Words.percent(parts[i] / all));
    }
    page.markup(
        "</table>\n<p class='quiet'>A GPU works while the host goes on: there the time of a"
            + " phase is the host's, and the one that first needs a result waits for it.</p>\n");
  }

  private void skipped() {
    if (run.skippedSteps() == 0) {
      return;
    }
    page.markup("<h2>Steps left out</h2>\n");
    page.add(
        "<p>%s of %s steps, as gradients were not finite.</p>",
        Words.count(run.skippedSteps()), Words.count(run.lastStep()));
    run.lastSkip().ifPresent(this::lastSkip);
  }

  private void lastSkip(JsonNode skip) {
    JsonNode tensors = skip.path("tensors");
    page.add(
        "<p>The last was step %s at loss scale %s, for %s <code>%s</code>.</p>",
        Words.count(skip.path("step").asLong()),
        Words.count(RunHistory.number(skip, "lossScale")),
        tensors.size() < 2 ? "the tensor" : tensors.size() + " tensors such as",
        tensors.path(tensors.size() - 1).asText("–"));
  }

  private void leftOut() {
    int corrupt = run.end().map(end -> end.path("corruptImages").asInt()).orElse(0);
    if (corrupt == 0) {
      return;
    }
    page.markup("<h2>Images left out</h2>\n");
    page.add("<p>%s images could not be decoded.</p>", corrupt);
    page.markup("<table><tr><th>image<th>reason</tr>\n");
    for (JsonNode image : run.end().orElseThrow().path("leftOut")) {
      page.add("<tr><td>%s<td>%s</tr>", image.path("name").asText(), image.path("reason").asText());
    }
    page.markup("</table>\n");
  }

  private void provenance() {
    page.markup("<h2>Provenance</h2>\n");
    if (files.provenance().isEmpty()) {
      page.markup("<p>There is no readable provenance.json.</p>\n");
      return;
    }
    page.markup("<table>\n");
    for (Map.Entry<String, String> value : files.provenance().entrySet()) {
      page.add(
          "<tr><th>%s<td>%s</tr>",
          value.getKey(), value.getValue().isEmpty() ? "–" : value.getValue());
    }
    page.markup("</table>\n");
  }

  private void recipe() {
    page.markup("<h2>Recipe</h2>\n");
    page.add(
        "<details><summary>recipe.yaml, with every value</summary><pre>%s</pre></details>",
        files.recipeText().isEmpty() ? "There is no recipe.yaml." : files.recipeText());
  }
}
