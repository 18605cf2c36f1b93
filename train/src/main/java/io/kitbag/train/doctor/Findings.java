package io.kitbag.train.doctor;

import io.kitbag.precision.ComputeType;
import io.kitbag.precision.Layout;
import io.kitbag.precision.LossScaling;
import io.kitbag.precision.Policy;
import io.kitbag.precision.advice.LossScaleAdvice;
import io.kitbag.precision.advice.TensorCoreAdvice;
import io.kitbag.precision.format.FloatFormat;
import io.kitbag.train.doctor.DoctorReport.Exponents;
import io.kitbag.train.doctor.DoctorReport.Update;
import io.kitbag.train.doctor.Finding.Level;
import io.kitbag.train.recipe.Recipe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Draws the conclusions of a report: each with the recipe line that would change it. */
final class Findings {

  /** As in the training's own hint. */
  private static final double WAITING = 0.1;

  private static final double MEMORY_BOUND = 0.5;
  private static final double TRANSPOSES = 0.05;

  /** More than this times the largest fp16 number needs a look; the rest is headroom. */
  private static final double NEAR_OVERFLOW = 0.5;

  private static final double LOST_UPDATES = 0.1;
  private static final double HIGH_RATIO = 0.05;

  private final DoctorReport report;
  private final Recipe recipe;
  private final Policy policy;
  private final Set<String> matrices;
  private final List<Finding> findings = new ArrayList<>();

  private Findings(DoctorReport report, Recipe recipe, Policy policy, Set<String> matrices) {
    this.report = report;
    this.recipe = recipe;
    this.policy = policy;
    this.matrices = matrices;
  }

  /**
   * The report with its findings, warnings first.
   *
   * @param matrices the names of convolution and linear weights
   */
  static DoctorReport addTo(
      DoctorReport report, Recipe recipe, Policy policy, Set<String> matrices) {
    Findings all = new Findings(report, recipe, policy, matrices);
    all.numerics();
    all.lossScale();
    all.activations();
    all.updates();
    all.tensorCores();
    all.kernels();
    all.input();
    all.memory();
    all.roofline();
    all.findings.sort(Comparator.comparing(Finding::level));
    return new DoctorReport(
        report.setup(),
        report.numerics(),
        report.gradients(),
        report.activations(),
        report.weights(),
        report.updates(),
        report.tensorCores(),
        report.kernels(),
        report.time(),
        report.memory(),
        report.roofline(),
        all.findings);
  }

  private void add(Level level, String topic, String text, String change) {
    findings.add(new Finding(level, topic, text, change));
  }

  private void numerics() {
    add(Level.GOOD, "numerics", report.numerics(), "nothing to change");
  }

  private void lossScale() {
    LossScaleAdvice advice = report.gradients().advice();
    boolean half = policy.compute() == ComputeType.FP16;
    String facts =
        text(
            "at scale 1 fp16 would flush %s of the nonzero gradients to zero and keep %s as subnormal numbers; at 2^%d it flushes %s, with %.1f bits left to overflow",
            percent(report.gradients().all().unscaled().flushed()),
            percent(report.gradients().all().unscaled().subnormal()),
            advice.exponent(),
            percent(report.gradients().atRecommended().flushed()),
            advice.headroomBits());
    String fixed = text("precision.lossScale: {kind: static, value: %d}", (long) advice.scale());
    if (report.gradients().all().counts().notFinite() > 0) {
      add(
          Level.WARNING,
          "gradients",
          report.gradients().all().counts().notFinite() + " gradients are not finite even in fp32",
          text("schedule.learningRate: %s", recipe.schedule().learningRate() / 2));
    }
    if (!half) {
      add(
          Level.GOOD,
          "loss scale",
          policy.compute().name().toLowerCase(Locale.ROOT) + " needs none; " + facts,
          "nothing to change; for fp16: precision.compute: fp16, " + fixed);
    } else if (policy.lossScaling() instanceof LossScaling.None) {
      boolean needed = advice.exponent() > 0;
      add(
          needed ? Level.WARNING : Level.GOOD,
          "loss scale",
          "the loss is not scaled; " + facts,
          needed ? fixed : "nothing to change");
    } else if (policy.lossScaling() instanceof LossScaling.Static chosen) {
      int exponent = Math.getExponent(chosen.scale());
      boolean over = exponent > advice.largestSafe();
      boolean under = exponent < advice.exponent();
      add(
          over || under ? Level.WARNING : Level.GOOD,
          "loss scale",
          text(
              "the static scale %s %s; %s",
              plain(chosen.scale()),
              over ? "overflows" : under ? "loses gradients" : "suits",
              facts),
          over || under ? fixed : "nothing to change");
    } else {
      add(
          Level.GOOD,
          "loss scale",
          text("dynamic scaling stands at %s; %s", plain(report.gradients().currentScale()), facts),
          "nothing to change; a static scale would be " + fixed);
    }
  }

  private void activations() {
    Exponents largest =
        report.activations().stream()
            .max(Comparator.comparingDouble(each -> each.counts().largest()))
            .orElseThrow();
    double size = largest.counts().largest();
    String what =
        text("the largest activation is %.4g, in %s; fp16 ends at 65504", size, largest.name());
    if (size > FloatFormat.FP16.max()) {
      boolean half = policy.compute() == ComputeType.FP16;
      add(
          half ? Level.WARNING : Level.ADVICE,
          "activations",
          what + ", so it would overflow there",
          half ? "precision.compute: bf16" : "nothing to change, but not precision.compute: fp16");
    } else {
      add(
          size > NEAR_OVERFLOW * FloatFormat.FP16.max() ? Level.ADVICE : Level.GOOD,
          "activations",
          what,
          "nothing to change");
    }
  }

  private void updates() {
    // Norms and biases start at 0 or 1, where a ratio says little.
    List<Update> weights =
        report.updates().stream().filter(update -> matrices.contains(update.name())).toList();
    if (weights.isEmpty()) {
      return;
    }
    Update lost =
        weights.stream().max(Comparator.comparingDouble(Update::lostInFp16)).orElseThrow();
    if (lost.lostInFp16() > LOST_UPDATES) {
      add(
          Level.GOOD,
          "updates",
          text(
              "with fp16 weights %s of the updates of %s would be lost to rounding",
              percent(lost.lostInFp16()), lost.name()),
          "nothing to change: weights and updates are fp32 under every policy");
    }
    Update fast = weights.stream().max(Comparator.comparingDouble(Update::ratio)).orElseThrow();
    if (fast.ratio() > HIGH_RATIO) {
      add(
          Level.ADVICE,
          "updates",
          text(
              "%s changes by %.2g of its size in one step; 0.001 is usual once warmed up",
              fast.name(), fast.ratio()),
          text(
              "schedule.learningRate: %s, or a longer schedule.warmupEpochs",
              plain(recipe.schedule().learningRate() / 2)));
    }
  }

  private void tensorCores() {
    TensorCoreAdvice advice = report.tensorCores();
    if (policy.compute() == ComputeType.FP32) {
      add(
          Level.ADVICE,
          "Tensor Cores",
          text(
              "fp32 does not use them; in fp16 or bf16 %s of the operations would fit",
              percent(advice.eligibleShare())),
          "precision.compute: bf16, on a GPU from Ampere on; fp16 on Volta and Turing");
    } else if (policy.compute().isReduced() && policy.layout() == Layout.NCHW) {
      add(
          Level.ADVICE,
          "Tensor Cores",
          "NCHW makes cuDNN transpose activations around its Tensor Core kernels",
          "precision.layout: channels_last");
    } else {
      add(
          Level.GOOD,
          "Tensor Cores",
          text("%s of the operations fit them", percent(advice.eligibleShare())),
          "nothing to change");
    }
    for (TensorCoreAdvice.Layer layer : advice.layers()) {
      if (!layer.problems().isEmpty()) {
        misfit(layer, advice);
      }
    }
  }

  private void misfit(TensorCoreAdvice.Layer layer, TensorCoreAdvice advice) {
    String share = percent(layer.flops() / advice.flops());
    String text =
        text(
            "%s (%s of the operations): %s; padding would make %.2f times the operations and take about 1/%.1f of the time of plain units",
            layer.name(),
            share,
            String.join("; ", layer.problems()),
            layer.paddingCost(),
            layer.paddingGain());
    int multiple = advice.multiple();
    if (layer.problems().stream().anyMatch(each -> each.startsWith("batch"))) {
      int up = (recipe.batchSize() + multiple - 1) / multiple * multiple;
      add(Level.ADVICE, "Tensor Cores", text, "batchSize: " + up);
    } else if (layer.problems().stream().anyMatch(each -> each.startsWith("outputs"))) {
      add(
          Level.GOOD,
          "Tensor Cores",
          text,
          "nothing to change where cuBLAS pads itself; else add empty classes to the data");
    } else {
      add(
          Level.GOOD,
          "Tensor Cores",
          text,
          layer.problems().get(0).startsWith("input channels 3 ")
              ? "nothing to change: cuDNN has kernels of its own for images"
              : "model.name: a network without such layers");
    }
  }

  private void kernels() {
    report
        .kernels()
        .ifPresent(
            profile -> {
              boolean transposes = profile.transposeShare() > TRANSPOSES;
              add(
                  transposes ? Level.ADVICE : Level.GOOD,
                  "kernels",
                  text(
                      "%s of the profiled time is in Tensor Core kernels, %s in transposes of the layout",
                      percent(profile.tensorCoreShare()), percent(profile.transposeShare())),
                  transposes ? "precision.layout: channels_last" : "nothing to change");
            });
  }

  private void input() {
    double share = report.time().dataShare();
    boolean waits = share > WAITING;
    add(
        waits ? Level.ADVICE : Level.GOOD,
        "input",
        text("%s of a step is waiting for images", percent(share)),
        waits
            ? text(
                "runtime.workers: %d, or data.cacheMegabytes: 4096",
                Math.max(2, 2 * recipe.runtime().workers()))
            : "nothing to change");
  }

  private void memory() {
    DoctorReport.Memory memory = report.memory();
    boolean fits = memory.bytes() <= memory.limitBytes();
    add(
        fits ? Level.GOOD : Level.WARNING,
        "memory",
        text(
            "a step of %d images takes about %s; the largest batch that fits into %s is %d",
            recipe.batchSize(),
            bytes(memory.bytes()),
            bytes(memory.limitBytes()),
            memory.largestBatch()),
        fits
            ? "nothing to change"
            : text("batchSize: %d and optimizer.accumulate", memory.largestBatch()));
  }

  private void roofline() {
    double share = report.roofline().memoryBoundShare();
    double least = report.roofline().seconds();
    double measured = report.time().forwardSeconds() + report.time().backwardSeconds();
    boolean reduce = share > MEMORY_BOUND && !policy.compute().isReduced();
    String compared =
        measured < least
            ? text(
                "less than the %.3g s that the measured peaks allow, so these were measured too low: something else ran on the machine",
                least)
            : text(
                "%.1f times the least that the measured peaks allow (%.3g s)",
                measured / least, least);
    add(
        reduce ? Level.ADVICE : Level.GOOD,
        "roofline",
        text(
            "forward and backward take %.3g s, %s; layers bound by memory make up %s of that least",
            measured, compared, percent(share)),
        reduce ? "precision.compute: bf16 halves the bytes" : "nothing to change");
  }

  static String bytes(long bytes) {
    if (bytes < 1L << 20) {
      return text("%.1f KiB", bytes / 1024.0);
    }
    return bytes < 1L << 30
        ? text("%.1f MiB", bytes / (double) (1 << 20))
        : text("%.2f GiB", bytes / (double) (1 << 30));
  }

  static String percent(double share) {
    return share > 0 && share < 0.0001 ? "<0.01 %" : text("%.2f %%", 100 * share);
  }

  static String plain(double value) {
    return value == Math.rint(value) ? text("%.0f", value) : text("%.4g", value);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
