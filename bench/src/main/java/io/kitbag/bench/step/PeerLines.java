package io.kitbag.bench.step;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Kitbag against its peers, in words: what each takes in its fastest layout. */
public final class PeerLines {

  private PeerLines() {}

  /**
   * A line for each work, format and peer, one for each row whose numbers are wrong, and what each
   * peer runs on.
   */
  public static List<String> of(List<StepRow> rows) {
    return Stream.of(ratios(rows), wrong(rows), engines(rows)).flatMap(List::stream).toList();
  }

  private static List<String> ratios(List<StepRow> rows) {
    Map<String, StepRow> fastest = new LinkedHashMap<>();
    for (StepRow row : rows) {
      if (!row.comparison().peers().isEmpty()) {
        fastest.merge(work(row.spec()), row, (a, b) -> PeerRatio.isFaster(b, a) ? b : a);
      }
    }
    List<String> lines = new ArrayList<>();
    fastest.forEach(
        (work, row) ->
            row.comparison().peers().forEach(ratio -> lines.add(work + ": " + line(row, ratio))));
    return lines;
  }

  private static String work(StepSpec spec) {
    return "%s %d px batch %d %s"
        .formatted(spec.model(), spec.imageSize(), spec.batch(), Labels.of(spec.precision()));
  }

  private static String line(StepRow row, PeerRatio ratio) {
    String both =
        "Kitbag (%s) to %s (%s)"
            .formatted(
                Labels.of(row.spec().layout()),
                ratio.peer().executionLabel(),
                Labels.of(ratio.peer().layout()));
    String losses =
        String.format(
            Locale.ROOT,
            "losses differ by %.0e, then %.0e",
            ratio.lossDifference(),
            ratio.nextLossDifference());
    if (!ratio.comparable()) {
      return both + ": NOT COMPARABLE, " + losses;
    }
    String memory =
        ratio.memory().isPresent()
            ? String.format(Locale.ROOT, "; memory %.2f", ratio.memory().getAsDouble())
            : "";
    return String.format(
        Locale.ROOT,
        "%s: time %.2f (%.2f to %.2f over %d rounds)%s; %s",
        both,
        ratio.time().median(),
        ratio.time().least(),
        ratio.time().most(),
        row.figures().orElseThrow().roundMs().size(),
        memory,
        losses);
  }

  private static List<String> engines(List<StepRow> rows) {
    return rows.stream()
        .filter(row -> row.spec().execution().isPeer() && row.figures().isPresent())
        .map(row -> row.spec().executionLabel() + ": " + row.figures().get().engine())
        .distinct()
        .toList();
  }

  private static List<String> wrong(List<StepRow> rows) {
    List<String> lines = new ArrayList<>();
    for (StepRow row : rows) {
      row.figures()
          .flatMap(StepFigures::numerics)
          .ifPresent(
              problem ->
                  lines.add(
                      "%s COMPUTES WRONG: %s; try --peer-env ONEDNN_MAX_CPU_ISA=SSE41"
                          .formatted(row.spec(), problem)));
    }
    return lines;
  }
}
