package io.kitbag.bench.step;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Rows as an array of flat JSON objects; what was not measured is null. */
public final class StepJson {

  private static final double TEN_THOUSANDTHS = 1e4;

  private final Machine machine;

  /** For rows measured on {@code machine}. */
  public StepJson(Machine machine) {
    this.machine = machine;
  }

  /** The array, one row a line. */
  public String write(List<StepRow> rows) {
    return JsonRows.array(rows.stream().map(this::fields).toList());
  }

  private Map<String, @Nullable Object> fields(StepRow row) {
    StepSpec spec = row.spec();
    StepSettings settings = row.settings();
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("task", Labels.of(settings.task()));
    fields.put("model", spec.model());
    fields.put("classes", spec.classes());
    fields.put("parameters", row.parameters());
    fields.put("macs", row.macs());
    fields.put("imageSize", spec.imageSize());
    fields.put("batch", spec.batch());
    fields.put("execution", spec.executionLabel());
    fields.put("precision", Labels.of(spec.precision()));
    fields.put("layout", Labels.of(spec.layout()));
    fields.put("malloc", spec.malloc().label());
    fields.put("optimizer", Labels.of(settings.optimizer()));
    fields.put("device", settings.device());
    row.autotune().ifPresent(tune -> fields.put("autotune", tune));
    fields.put("threads", settings.threads());
    fields.put("warmup", settings.warmup());
    fields.put("stepsPerRound", settings.steps());
    fields.put("seed", settings.seed());
    fields.put("error", row.error().orElse(null));
    row.figures().ifPresent(figures -> put(fields, figures));
    fields.put("imagesPerSecond", number(row.imagesPerSecond()));
    fields.put("gflops", number(row.gigaflops()));
    fields.put("peakGflops", number(row.peakGflops()));
    fields.put("shareOfPeak", number(row.shareOfPeak()));
    fields.put("speedUp", number(row.comparison().speedUp()));
    fields.put("memoryShare", number(row.comparison().memoryShare()));
    fields.put("lossDifference", finite(row.comparison().lossDifference()));
    fields.put("nextLossDifference", finite(row.comparison().nextLossDifference()));
    fields.put("peers", row.comparison().peers().stream().map(StepJson::fields).toList());
    fields.put("versions", versions(row));
    fields.put("hardware", machine.fields());
    return fields;
  }

  private static void put(Map<String, @Nullable Object> fields, StepFigures figures) {
    fields.put("mallocInForce", figures.malloc().label());
    fields.put("emulated", figures.emulated());
    fields.put("n", figures.roundMs().size());
    fields.put("medianMs", round(figures.medianMs()));
    fields.put("minMs", round(figures.minMs()));
    fields.put("maxMs", round(figures.maxMs()));
    fields.put("roundMs", figures.roundMs().stream().map(StepJson::round).toList());
    fields.put("forwardMs", round(figures.forwardMs()));
    fields.put("backwardMs", round(figures.backwardMs()));
    fields.put("optimizerMs", round(figures.optimizerMs()));
    fields.put("cpuMs", round(figures.cpuMs()));
    fields.put("peakMemoryMiB", round(figures.peakMemoryMiB()));
    Map<String, Double> profile = new LinkedHashMap<>();
    figures
        .profile()
        .largest(OperatorKind.values().length)
        .forEach(kind -> profile.put(Labels.of(kind.getKey()), round(kind.getValue())));
    fields.put("profile", profile);
    fields.put("numerics", figures.numerics().orElse(null));
    fields.put("loss", finite(OptionalDouble.of(figures.loss())));
    fields.put("nextLoss", finite(OptionalDouble.of(figures.nextLoss())));
  }

  private Map<String, String> versions(StepRow row) {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("kitbag", machine.kitbag());
    versions.put("jdk", machine.jdk());
    row.figures()
        .ifPresent(
            figures -> {
              if (!figures.djl().isEmpty()) {
                versions.put("djl", figures.djl());
              }
              versions.put("engine", figures.engine());
            });
    return versions;
  }

  private static Map<String, @Nullable Object> fields(PeerRatio ratio) {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    fields.put("peer", ratio.peer().variant());
    fields.put("time", round(ratio.time().median()));
    fields.put("leastTime", round(ratio.time().least()));
    fields.put("mostTime", round(ratio.time().most()));
    fields.put("memory", number(ratio.memory()));
    fields.put("lossDifference", finite(OptionalDouble.of(ratio.lossDifference())));
    fields.put("nextLossDifference", finite(OptionalDouble.of(ratio.nextLossDifference())));
    fields.put("comparable", ratio.comparable());
    return fields;
  }

  private static @Nullable Double number(OptionalDouble value) {
    return value.isPresent() ? round(value.getAsDouble()) : null;
  }

  private static double round(double value) {
    return Math.rint(value * TEN_THOUSANDTHS) / TEN_THOUSANDTHS;
  }

  /** JSON has no NaN: a loss that is not a number is null. */
  private static @Nullable Double finite(OptionalDouble value) {
    return value.isPresent() && Double.isFinite(value.getAsDouble()) ? value.getAsDouble() : null;
  }
}
