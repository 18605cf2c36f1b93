package io.kitbag.train.doctor;

import io.kitbag.precision.advice.Gemm;
import io.kitbag.precision.advice.LossScaleAdvice;
import io.kitbag.precision.advice.RangeShares;
import io.kitbag.precision.advice.TensorCoreAdvice;
import io.kitbag.train.doctor.DoctorReport.Gradients;
import io.kitbag.train.doctor.DoctorReport.Setup;
import io.kitbag.train.report.HtmlPage;
import java.util.List;
import java.util.Locale;

/** A report as one page that needs nothing else: style and plots are in it. */
public final class HtmlReport {

  private static final int KERNELS = 40;

  private static final String STYLE =
      """
      svg text{font:11px system-ui,sans-serif}
      td.p{white-space:nowrap;font-variant-numeric:tabular-nums}
      .finding{border-left:4px solid #2e8b57;padding:4px 10px;margin:8px 0;background:#f7f9f8}
      .finding.advice{border-color:#e0a030;background:#fdf9f0}.finding.warning{border-color:#c0392b;background:#fdf3f1}
      """;

  private final HtmlPage page;

  private HtmlReport(HtmlPage page) {
    this.page = page;
  }

  /** The page. */
  public static String of(DoctorReport report) {
    HtmlReport writer =
        new HtmlReport(new HtmlPage("kitbag doctor: " + report.setup().recipe(), STYLE));
    writer.setup(report.setup());
    writer.findings(report.findings());
    writer.gradients(report.gradients());
    writer.values(report);
    writer
        .page
        .markup("<h2>Updates</h2><p>Root mean square of a step's update over that of the ")
        .markup("weights. About 0.001 is usual once warmed up.</p>")
        .markup(Plots.updates(report.updates()));
    writer.tensorCores(report.tensorCores());
    report.kernels().ifPresent(writer::kernels);
    writer.time(report.time());
    writer.memory(report.memory());
    writer.roofline(report);
    return writer.page.toString();
  }

  private void setup(Setup setup) {
    page.add("<h1>%s</h1>", "kitbag doctor: " + setup.recipe());
    page.add(
        "<p>%s on %s, batch %s, %s, loss scaling %s, %s, %s</p>",
        setup.network(),
        setup.image(),
        setup.batch(),
        setup.compute() + (setup.emulated() ? " (emulated) " : " ") + setup.layout(),
        setup.lossScaling(),
        setup.device(),
        setup.engine());
    page.add(
        "<p class='quiet'>%s steps taken, %s of them looked into with %s images each; gradients are"
            + " those of the whole batch at loss scale 1.</p>",
        setup.steps(), setup.probes(), setup.images());
  }

  private void findings(List<Finding> findings) {
    page.markup("<h2>Findings</h2>\n");
    for (Finding finding : findings) {
      page.add(
          "<div class='finding %s'><b>%s</b> %s<br>→ <code>%s</code></div>",
          finding.level().name().toLowerCase(Locale.ROOT),
          finding.topic(),
          finding.text(),
          finding.change());
    }
  }

  private void gradients(Gradients gradients) {
    LossScaleAdvice advice = gradients.advice();
    page.markup("<h2>Gradients</h2>\n");
    page.add(
        "<p>Recommended static scale <b>2^%s = %s</b>, with %s bits to overflow. All tensors keep"
            + " enough from 2^%s on; nothing overflows up to 2^%s.</p>",
        advice.exponent(),
        String.format(Locale.ROOT, "%.0f", advice.scale()),
        String.format(Locale.ROOT, "%.1f", advice.headroomBits()),
        advice.smallestSufficient(),
        advice.largestSafe());
    page.markup(
        "<table><tr><th>scale<th class='n'>becomes 0<th class='n'>subnormal<th class='n'>normal<th"
            + " class='n'>overflows</tr>");
    share("1", gradients.all().unscaled());
    share(
        String.format(Locale.ROOT, "%.0f (now)", gradients.currentScale()), gradients.atCurrent());
    share(
        String.format(Locale.ROOT, "%.0f (recommended)", advice.scale()),
        gradients.atRecommended());
    page.markup("</table>\n<h3>All gradients, fp16 at scale 1</h3>\n");
    page.markup(Plots.histogram(gradients.all().counts(), 0, "exponents of all gradients"));
    page.add("<h3>The same at the recommended scale 2^%s</h3>", advice.exponent());
    page.markup(
        Plots.histogram(
            gradients.all().counts(), advice.exponent(), "exponents at the recommended scale"));
    page.markup("<h3>Of activations, by layer, fp16 at scale 1</h3>\n");
    page.markup(Plots.heatMap(gradients.ofActivations(), 0, "gradients of activations"));
    page.markup("<h3>Of weights, fp16 at scale 1</h3>\n");
    page.markup(Plots.heatMap(gradients.ofWeights(), 0, "gradients of weights"));
  }

  private void share(String scale, RangeShares shares) {
    page.add(
        "<tr><td>%s<td class='n'>%s<td class='n'>%s<td class='n'>%s<td class='n'>%s</tr>",
        scale,
        Findings.percent(shares.flushed()),
        Findings.percent(shares.subnormal()),
        Findings.percent(shares.normal()),
        Findings.percent(shares.overflowing()));
  }

  private void values(DoctorReport report) {
    page.markup("<h2>Activations</h2>\n");
    page.markup(Plots.heatMap(report.activations(), 0, "exponents of activations"));
    page.markup("<h2>Weights</h2>\n");
    page.markup(Plots.heatMap(report.weights(), 0, "exponents of weights"));
  }

  private void tensorCores(TensorCoreAdvice advice) {
    page.markup("<h2>Tensor Cores</h2>\n");
    page.add(
        "<p>Dimensions m x n x k of each matrix product; multiples of %s are wanted. %s of the"
            + " operations fit.</p>",
        advice.multiple(), Findings.percent(advice.eligibleShare()));
    page.markup(
        "<div class='wide'><table><tr><th>layer<th>forward<th>input gradient<th>weight"
            + " gradient<th class='n'>share<th>what does not fit<th class='n'>padding costs<th"
            + " class='n'>gains</tr>");
    for (TensorCoreAdvice.Layer layer : advice.layers()) {
      boolean fits = layer.problems().isEmpty();
      page.add(
          "<tr><td>%s<td class='p'>%s<td class='p'>%s<td class='p'>%s<td class='n'>%s<td>%s<td"
              + " class='n'>%s<td class='n'>%s</tr>",
          layer.name(),
          TextReport.product(layer, Gemm.Pass.FORWARD),
          TextReport.product(layer, Gemm.Pass.INPUT_GRADIENT),
          TextReport.product(layer, Gemm.Pass.WEIGHT_GRADIENT),
          Findings.percent(layer.flops() / advice.flops()),
          String.join("; ", layer.problems()),
          fits ? "" : String.format(Locale.ROOT, "%.2f×", layer.paddingCost()),
          fits ? "" : String.format(Locale.ROOT, "%.1f×", layer.paddingGain()));
    }
    page.markup("</table></div>\n");
  }

  private void kernels(KernelProfile profile) {
    page.markup("<h2>Kernels</h2>\n");
    page.add(
        "<p>%s of the time in Tensor Core kernels, %s in transposes.</p>",
        Findings.percent(profile.tensorCoreShare()), Findings.percent(profile.transposeShare()));
    page.markup(
        "<div class='wide'><table><tr><th class='n'>ms<th>Tensor"
            + " Cores<th>generation<th>name<th>remark</tr>");
    profile.kernels().stream()
        .limit(KERNELS)
        .forEach(
            kernel ->
                page.add(
                    "<tr><td class='n'>%s<td>%s<td>%s<td>%s<td>%s</tr>",
                    String.format(Locale.ROOT, "%.3f", 1e3 * kernel.seconds()),
                    kernel.kind().tensorCores() ? "yes" : "no",
                    kernel.kind().generation().name().toLowerCase(Locale.ROOT),
                    kernel.name(),
                    kernel.kind().remark()));
    page.markup("</table></div>\n");
  }

  private void time(DoctorReport.StepTime time) {
    page.markup("<h2>Time of a step</h2>\n");
    String[] names = {"waiting for images", "forward", "backward", "optimizer"};
    double[] seconds = {
      time.dataSeconds(), time.forwardSeconds(), time.backwardSeconds(), time.optimizerSeconds()
    };
    page.markup("<table><tr><th>phase<th class='n'>ms<th class='n'>share</tr>");
    for (int i = 0; i < names.length; i++) {
      page.add(
          "<tr><td>%s<td class='n'>%s<td class='n'>%s</tr>",
          names[i],
          String.format(Locale.ROOT, "%.1f", 1e3 * seconds[i]),
          Findings.percent(time.seconds() == 0 ? 0 : seconds[i] / time.seconds()));
    }
    page.add("</table><p class='quiet'>Mean of %s steps.</p>", time.measuredSteps());
  }

  private void memory(DoctorReport.Memory memory) {
    page.markup("<h2>Memory</h2>\n");
    page.add(
        "<p>Predicted peak of a step %s; the largest batch that fits into %s is %s. Weights,"
            + " gradients and optimizer state take %s. Kept activations of one image:</p>",
        Findings.bytes(memory.bytes()),
        Findings.bytes(memory.limitBytes()),
        memory.largestBatch(),
        Findings.bytes(memory.step().fixedBytes()));
    page.markup(Plots.memory(memory.step()));
  }

  private void roofline(DoctorReport report) {
    page.markup("<h2>Roofline</h2>\n");
    page.add(
        "<p>Measured: %s GFLOP/s and %s GB/s. Layers in yellow are bound by memory, in blue by"
            + " arithmetic.</p>",
        String.format(Locale.ROOT, "%.1f", report.roofline().peaks().flopsPerSecond() / 1e9),
        String.format(Locale.ROOT, "%.1f", report.roofline().peaks().bytesPerSecond() / 1e9));
    page.markup(Plots.roofline(report.roofline()));
  }
}
