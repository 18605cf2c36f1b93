package io.kitbag.bench.tensorcore;

import io.kitbag.bench.step.Labels;
import io.kitbag.bench.step.OperatorKind;
import io.kitbag.bench.step.StepFigures;
import io.kitbag.bench.step.StepRow;
import io.kitbag.bench.step.StepSpec;
import io.kitbag.precision.ComputeType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One line for each precision of each piece of work: how much faster than fp32 it is, and what
 * takes the time that is left.
 */
public final class Verdict {

  /** Below this share of the peak something other than arithmetic decides. */
  private static final double BUSY = 0.5;

  /** Rounds that differ by more than this share of their median say nothing smaller. */
  private static final double NOISY = 0.1;

  private static final int NAMED_KINDS = 3;

  private Verdict() {}

  /** The lines for rows of any number of networks and batches; failed rows have none. */
  public static List<String> of(List<StepRow> rows) {
    Map<String, List<StepRow>> works = new LinkedHashMap<>();
    for (StepRow row : rows) {
      if (row.figures().isPresent()) {
        works.computeIfAbsent(work(row), key -> new ArrayList<>()).add(row);
      }
    }
    List<String> lines = new ArrayList<>();
    works.forEach((work, measured) -> addLines(lines, work, measured));
    addThroughputs(lines, works.values());
    return lines;
  }

  /** Where several batches were measured: each precision at the batch that suits it best. */
  private static void addThroughputs(List<String> lines, Collection<List<StepRow>> works) {
    Map<String, List<StepRow>> networks = new LinkedHashMap<>();
    for (List<StepRow> rows : works) {
      StepSpec spec = rows.get(0).spec();
      networks
          .computeIfAbsent(
              "%s, %d px".formatted(spec.model(), spec.imageSize()), key -> new ArrayList<>())
          .addAll(rows);
    }
    networks.forEach(
        (network, rows) -> {
          if (rows.stream().map(row -> row.spec().batch()).distinct().count() > 1) {
            lines.add(network + ", images per second at the best batch: " + throughputs(rows));
          }
        });
  }

  private static String throughputs(List<StepRow> rows) {
    Map<ComputeType, StepRow> best = new LinkedHashMap<>();
    for (StepRow row : rows) {
      if (!figures(row).emulated()) {
        best.merge(row.spec().precision(), row, (a, b) -> rate(a) >= rate(b) ? a : b);
      }
    }
    return best.values().stream()
        .map(
            row ->
                String.format(
                    Locale.ROOT, "%s %.1f (batch %d)", name(row), rate(row), row.spec().batch()))
        .collect(Collectors.joining(", "));
  }

  private static double rate(StepRow row) {
    return row.imagesPerSecond().orElseThrow();
  }

  private static String work(StepRow row) {
    return "%s, %d px, batch %d"
        .formatted(row.spec().model(), row.spec().imageSize(), row.spec().batch());
  }

  private static void addLines(List<String> lines, String work, List<StepRow> rows) {
    List<ComputeType> types = rows.stream().map(row -> row.spec().precision()).distinct().toList();
    StepRow reference =
        types.contains(ComputeType.FP32)
            ? fastest(rows, ComputeType.FP32)
            : fastest(rows, types.get(0));
    for (ComputeType type : types) {
      lines.add(work + ": " + sentence(fastest(rows, type), reference));
    }
  }

  private static StepRow fastest(List<StepRow> rows, ComputeType type) {
    return rows.stream()
        .filter(row -> row.spec().precision() == type)
        .min(Comparator.comparingDouble(row -> figures(row).medianMs()))
        .orElseThrow();
  }

  private static StepFigures figures(StepRow row) {
    return row.figures().orElseThrow();
  }

  private static String sentence(StepRow row, StepRow reference) {
    StepFigures figures = figures(row);
    if (figures.emulated()) {
      return "%s is emulated on this processor: its rounding is real, its time says nothing"
          .formatted(Labels.of(row.spec().precision()));
    }
    StringBuilder text = new StringBuilder(name(row));
    if (row == reference) {
      text.append(" takes %s a step".formatted(ms(figures)));
    } else {
      text.append(
          String.format(
              Locale.ROOT,
              " is %.2f x %s",
              figures(reference).medianMs() / figures.medianMs(),
              name(reference)));
    }
    row.shareOfPeak()
        .ifPresent(
            share ->
                text.append(
                    String.format(Locale.ROOT, ", at %.0f %% of the measured peak", 100 * share)));
    String kinds =
        figures.profile().largest(NAMED_KINDS).stream()
            .map(Verdict::percent)
            .collect(Collectors.joining(", "));
    if (!kinds.isEmpty()) {
      text.append("; its time goes to ").append(kinds);
    }
    if (row.shareOfPeak().orElse(1) < BUSY) {
      text.append("; ").append(advice(figures));
    }
    double spread = (figures.maxMs() - figures.minMs()) / figures.medianMs();
    if (spread > NOISY) {
      text.append(
          String.format(Locale.ROOT, "; rounds differ by %.0f %%, so measure again", 100 * spread));
    }
    return text.toString();
  }

  private static String name(StepRow row) {
    return Labels.of(row.spec().precision())
        + " "
        + Labels.of(row.spec().layout())
        + row.autotune().map(tune -> " autotune " + tune).orElse("");
  }

  private static String ms(StepFigures figures) {
    return String.format(Locale.ROOT, "%.1f ms", figures.medianMs());
  }

  private static String percent(Map.Entry<OperatorKind, Double> kind) {
    return String.format(Locale.ROOT, "%s %.0f %%", kind.getKey().label(), 100 * kind.getValue());
  }

  /** What decides where arithmetic does not. */
  private static String advice(StepFigures figures) {
    double arithmetic =
        figures.profile().shares().getOrDefault(OperatorKind.CONVOLUTION, 0.0)
            + figures.profile().shares().getOrDefault(OperatorKind.MATRIX_PRODUCT, 0.0);
    return arithmetic > BUSY
        ? "limited by convolutions that do not reach the peak: small maps, few channels or groups"
        : "limited by memory and overhead: fewer or fused operators would help";
  }
}
