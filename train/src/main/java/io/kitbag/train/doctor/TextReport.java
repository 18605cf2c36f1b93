package io.kitbag.train.doctor;

import io.kitbag.precision.advice.Gemm;
import io.kitbag.precision.advice.Roofline;
import io.kitbag.precision.advice.StepMemory;
import io.kitbag.precision.advice.TensorCoreAdvice;
import io.kitbag.train.doctor.DoctorReport.Exponents;
import io.kitbag.train.doctor.DoctorReport.Setup;
import io.kitbag.train.doctor.DoctorReport.Update;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A report for a terminal: the findings, and of every table the rows that matter most. */
public final class TextReport {

  private static final int ROWS = 8;

  private final StringBuilder text = new StringBuilder();

  private TextReport() {}

  /** The report in lines of at most 120 characters or so. */
  public static String of(DoctorReport report) {
    TextReport writer = new TextReport();
    writer.setup(report.setup());
    writer.findings(report.findings());
    writer.gradients(report);
    writer.updates(report.updates());
    writer.tensorCores(report.tensorCores());
    report.kernels().ifPresent(writer::kernels);
    writer.time(report.time());
    writer.memory(report.memory());
    writer.roofline(report.roofline());
    return writer.text.toString().stripTrailing();
  }

  private void setup(Setup setup) {
    line(
        "%s: %s on %s, batch %d, %s%s %s, %s",
        setup.recipe(),
        setup.network(),
        setup.image(),
        setup.batch(),
        setup.compute(),
        setup.emulated() ? " (emulated)" : "",
        setup.layout(),
        setup.engine());
    line(
        "%d steps taken, %d of them looked into with %d images each",
        setup.steps(), setup.probes(), setup.images());
  }

  private void findings(List<Finding> findings) {
    title("Findings");
    for (Finding finding : findings) {
      line(
          "%-7s %s: %s",
          finding.level().name().toLowerCase(Locale.ROOT), finding.topic(), finding.text());
      line("        -> %s", finding.change());
    }
  }

  private void gradients(DoctorReport report) {
    var gradients = report.gradients();
    title("Gradients in fp16: the tensors that lose most at scale 1");
    line("%-36s %10s %10s %10s %12s", "tensor", "to zero", "subnormal", "zero @best", "largest");
    List<Exponents> all =
        Stream.concat(gradients.ofActivations().stream(), gradients.ofWeights().stream())
            .sorted(
                Comparator.comparingDouble((Exponents each) -> each.unscaled().flushed())
                    .reversed())
            .limit(ROWS)
            .toList();
    for (Exponents each : all) {
      line(
          "%-36s %10s %10s %10s %12.3g",
          each.name(),
          Findings.percent(each.unscaled().flushed()),
          Findings.percent(each.unscaled().subnormal()),
          Findings.percent(flushedAt(each, gradients.advice().exponent())),
          each.counts().largest());
    }
    line(
        "recommended scale 2^%d = %.0f, headroom %.1f bits; enough from 2^%d on, safe to 2^%d",
        gradients.advice().exponent(),
        gradients.advice().scale(),
        gradients.advice().headroomBits(),
        gradients.advice().smallestSufficient(),
        gradients.advice().largestSafe());
  }

  /** From the counts: what lies below 2^-25 once scaled. */
  static double flushedAt(Exponents exponents, int scale) {
    var counts = exponents.counts();
    long flushed = 0;
    long all = counts.notFinite();
    for (int i = 0; i < counts.counts().size(); i++) {
      long count = counts.counts().get(i);
      all += count;
      flushed += counts.firstExponent() + i + scale < -25 ? count : 0;
    }
    return flushed / (double) Math.max(1, all);
  }

  private void updates(List<Update> updates) {
    title("Updates over weights: the fastest and what fp16 weights would lose");
    line("%-36s %12s %12s", "parameter", "ratio", "lost");
    updates.stream()
        .sorted(Comparator.comparingDouble(Update::ratio).reversed())
        .limit(ROWS)
        .forEach(
            each ->
                line(
                    "%-36s %12.3g %12s",
                    each.name(), each.ratio(), Findings.percent(each.lostInFp16())));
  }

  private void tensorCores(TensorCoreAdvice advice) {
    title(
        "Tensor Cores: products in multiples of %d; %s of the operations fit"
            .formatted(advice.multiple(), Findings.percent(advice.eligibleShare())));
    line("%-28s %-26s %-26s %-26s %s", "layer", "forward", "input grad.", "weight grad.", "fits");
    for (TensorCoreAdvice.Layer layer : advice.layers()) {
      line(
          "%-28s %-26s %-26s %-26s %s",
          layer.name(),
          product(layer, Gemm.Pass.FORWARD),
          product(layer, Gemm.Pass.INPUT_GRADIENT),
          product(layer, Gemm.Pass.WEIGHT_GRADIENT),
          layer.problems().isEmpty() ? "yes" : String.join("; ", layer.problems()));
    }
  }

  static String product(TensorCoreAdvice.Layer layer, Gemm.Pass pass) {
    return layer.gemms().stream()
        .filter(gemm -> gemm.pass() == pass)
        .map(
            gemm ->
                "%d x %d x %d%s"
                    .formatted(
                        gemm.m(),
                        gemm.n(),
                        gemm.k(),
                        gemm.groups() > 1 ? " x" + gemm.groups() : ""))
        .collect(Collectors.joining());
  }

  private void kernels(KernelProfile profile) {
    title("Kernels by time");
    profile.kernels().stream()
        .limit(ROWS)
        .forEach(
            kernel ->
                line(
                    "%9.3f ms  %-8s %-3s %s %s",
                    1e3 * kernel.seconds(),
                    kernel.kind().generation().name().toLowerCase(Locale.ROOT),
                    kernel.kind().tensorCores() ? "TC" : "-",
                    kernel.name(),
                    kernel.kind().remark()));
  }

  private void time(DoctorReport.StepTime time) {
    title("Time of a step, mean of %d".formatted(time.measuredSteps()));
    line(
        "%.1f ms: %.1f waiting for images, %.1f forward, %.1f backward, %.1f optimizer",
        1e3 * time.seconds(),
        1e3 * time.dataSeconds(),
        1e3 * time.forwardSeconds(),
        1e3 * time.backwardSeconds(),
        1e3 * time.optimizerSeconds());
  }

  private void memory(DoctorReport.Memory memory) {
    title("Memory: activations that are kept, for one image");
    memory.step().layers().stream()
        .sorted(Comparator.comparingLong(StepMemory.Layer::keptBytes).reversed())
        .limit(ROWS)
        .forEach(layer -> line("%-36s %12s", layer.name(), Findings.bytes(layer.keptBytes())));
    line(
        "all layers %s for one image, weights and optimizer %s, a step %s",
        Findings.bytes(memory.step().keptBytesPerImage()),
        Findings.bytes(memory.step().fixedBytes()),
        Findings.bytes(memory.bytes()));
  }

  private void roofline(Roofline roofline) {
    title(
        "Roofline: %.1f GFLOP/s and %.1f GB/s measured; arithmetic decides from %.1f FLOP/byte on"
            .formatted(
                roofline.peaks().flopsPerSecond() / 1e9,
                roofline.peaks().bytesPerSecond() / 1e9,
                roofline.peaks().ridge()));
    line("%-36s %12s %12s %s", "layer", "FLOP/byte", "least ms", "bound by");
    roofline.layers().stream()
        .sorted(Comparator.comparingDouble(Roofline.Layer::seconds).reversed())
        .limit(ROWS)
        .forEach(
            layer ->
                line(
                    "%-36s %12.2f %12.3f %s",
                    layer.name(),
                    layer.intensity(),
                    1e3 * layer.seconds(),
                    layer.memoryBound() ? "memory" : "arithmetic"));
  }

  private void title(String words) {
    text.append('\n').append(words).append('\n');
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values).stripTrailing()).append('\n');
  }
}
