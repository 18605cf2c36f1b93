package io.kitbag.bench.step;

import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configuration that others are compared with, among those that do the same work.
 *
 * @param python see {@link StepSpec}
 */
public record Baseline(
    Execution execution, String python, ComputeType precision, Layout layout, Allocator malloc) {

  private static final int PARTS = 4;

  /** One of Kitbag's own. */
  public Baseline(Execution execution, ComputeType precision, Layout layout, Allocator malloc) {
    this(execution, "", precision, layout, malloc);
  }

  /** Stock DJL: operator by operator, nothing closed, the system's allocator. */
  public static Baseline stockDjl() {
    return new Baseline(Execution.PLAIN_KEEPING, ComputeType.FP32, Layout.NCHW, Allocator.SYSTEM);
  }

  /**
   * The baseline a user asks for.
   *
   * @param text null for {@link #stockDjl}, which need not be measured
   * @throws IllegalArgumentException if it is not among {@code specs}
   */
  public static Baseline among(List<StepSpec> specs, @Nullable String text) {
    if (text == null) {
      return stockDjl();
    }
    Baseline chosen = parse(text);
    if (specs.stream().noneMatch(chosen::matches)) {
      throw new IllegalArgumentException(
          "baseline %s is not among the configurations: %s"
              .formatted(chosen, specs.stream().map(StepSpec::variant).distinct().toList()));
    }
    return chosen;
  }

  /**
   * Reads {@code execution/precision/layout/malloc}, such as {@code plain/fp32/nchw/tuned} or
   * {@code torch@2.0.1/bf16/channels_last/tuned}.
   */
  public static Baseline parse(String text) {
    List<String> parts = List.of(text.split("/", -1));
    if (parts.size() != PARTS) {
      throw new IllegalArgumentException(
          "baseline '%s' must be execution/precision/layout/malloc, such as %s"
              .formatted(text, stockDjl()));
    }
    String execution = parts.get(0);
    int at = execution.indexOf('@');
    return new Baseline(
        Labels.parse(Execution.class, "execution", at < 0 ? execution : execution.substring(0, at)),
        at < 0 ? "" : execution.substring(at + 1),
        Labels.parse(ComputeType.class, "precision", parts.get(1)),
        Labels.parse(Layout.class, "layout", parts.get(2)),
        Labels.parse(Allocator.class, "malloc", parts.get(3)));
  }

  /** Whether this is the baseline's configuration, for whatever work. */
  public boolean matches(StepSpec spec) {
    return spec.variant().equals(toString());
  }

  @Override
  public String toString() {
    return "%s%s/%s/%s/%s"
        .formatted(
            execution.label(),
            python.isEmpty() ? "" : "@" + python,
            Labels.of(precision),
            Labels.of(layout),
            malloc.label());
  }
}
