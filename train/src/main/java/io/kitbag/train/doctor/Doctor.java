package io.kitbag.train.doctor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import io.kitbag.models.FeatureMap;
import io.kitbag.models.TensorSpec;
import io.kitbag.precision.ComputeType;
import io.kitbag.precision.LossScaling;
import io.kitbag.precision.NetworkTrace;
import io.kitbag.precision.NumericsGuard;
import io.kitbag.precision.Policy;
import io.kitbag.precision.TorchRuntime;
import io.kitbag.precision.advice.ExponentHistogram;
import io.kitbag.precision.advice.LossScaleAdvice;
import io.kitbag.precision.advice.MachinePeaks;
import io.kitbag.precision.advice.Roofline;
import io.kitbag.precision.advice.StepMemory;
import io.kitbag.precision.advice.TensorCoreAdvice;
import io.kitbag.precision.format.FloatFormat;
import io.kitbag.train.data.Pipelines;
import io.kitbag.train.doctor.DoctorReport.Gradients;
import io.kitbag.train.doctor.DoctorReport.Memory;
import io.kitbag.train.doctor.DoctorReport.Setup;
import io.kitbag.train.loop.Rehearsal;
import io.kitbag.train.loop.TrainingParts;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.telemetry.Meters;
import io.kitbag.train.telemetry.Progress;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Takes some steps of a recipe on its data and reports what precision does to them and what they
 * cost. Writes nothing.
 */
public final class Doctor {

  private static final int FLOAT_BYTES = 4;
  private static final int REDUCED_BYTES = 2;

  private final Recipe recipe;
  private final TrainingParts parts;
  private final Pipelines pipelines;
  private final Meters meters;

  @Inject
  public Doctor(Recipe recipe, TrainingParts parts, Pipelines pipelines, Meters meters) {
    this.recipe = recipe;
    this.parts = parts;
    this.pipelines = pipelines;
    this.meters = meters;
  }

  /**
   * Looks at the recipe; takes as long as its steps, some of them several times.
   *
   * @throws io.kitbag.train.KitbagException if the data make no step, or numbers go wrong
   */
  public DoctorReport examine(DoctorOptions options, Progress progress) {
    int asked = recipe.runtime().threads();
    TorchRuntime.setThreads(asked > 0 ? asked : Runtime.getRuntime().availableProcessors());
    var kernels = options.kernels().map(KernelProfile::read);
    String numerics = NumericsGuard.check(parts.policy(), parts.device()).toString();
    try (Rehearsal rehearsal = new Rehearsal(recipe, parts, pipelines, meters, progress::message);
        NetworkTrace trace = NetworkTrace.fp32(rehearsal.network())) {
      Look look = new Look(options, rehearsal, trace, progress);
      progress.begin("examining " + parts.network().name(), options.steps());
      rehearsal.run(options.steps(), look);
      progress.end("took %d steps".formatted(options.steps()));
      int images = Math.min(options.images(), recipe.batchSize());
      DoctorReport report =
          new DoctorReport(
              setup(options, images),
              numerics,
              gradients(look.census, rehearsal.scaler().scale()),
              ValueCensus.report(look.census.activations()),
              ValueCensus.report(look.census.weights()),
              look.updates.report(),
              TensorCoreAdvice.of(parts.network(), image(), recipe.batchSize(), tensorCoreType()),
              kernels,
              look.times.report(),
              memory(options),
              roofline(),
              List.of());
      return Findings.addTo(report, recipe, parts.policy(), matrices());
    }
  }

  /** What is done around the steps. */
  private final class Look implements Rehearsal.Observer {

    private final DoctorOptions options;
    private final Rehearsal rehearsal;
    private final NetworkTrace trace;
    private final Progress progress;
    private final ValueCensus census = new ValueCensus();
    private final UpdateCensus updates;
    private final StepClock times = new StepClock(meters);

    Look(DoctorOptions options, Rehearsal rehearsal, NetworkTrace trace, Progress progress) {
      this.options = options;
      this.rehearsal = rehearsal;
      this.trace = trace;
      this.progress = progress;
      this.updates = new UpdateCensus(rehearsal.network());
    }

    @Override
    public void before(int step, NDArray imagesNchw, NDArray targets) {
      if (options.isProbed(step)) {
        NDIndex some = new NDIndex(":" + Math.min(options.images(), imagesNchw.getShape().get(0)));
        census.add(
            rehearsal,
            trace,
            step,
            imagesNchw.get(some),
            targets.get(some),
            recipe.batchSize(),
            recipe.optimizer().accumulate());
        updates.before();
      }
    }

    @Override
    public void after(int step) {
      if (options.isProbed(step)) {
        updates.after();
      }
      times.stepDone(step > 0);
      progress.advance(step + 1, options.isProbed(step) ? "looked into" : "");
    }
  }

  private Setup setup(DoctorOptions options, int images) {
    Policy policy = parts.policy();
    return new Setup(
        recipe.name(),
        parts.network().name(),
        image().toString(),
        recipe.batchSize(),
        policy.compute().name().toLowerCase(Locale.ROOT),
        policy.isEmulatedOn(parts.device()),
        policy.layout().name().toLowerCase(Locale.ROOT),
        words(policy.lossScaling()),
        parts.device().isGpu() ? "gpu:" + parts.device().getDeviceId() : "cpu",
        options.steps(),
        (int) IntStream.range(0, options.steps()).filter(options::isProbed).count(),
        images,
        "DJL %s, PyTorch %s".formatted(TorchRuntime.djlVersion(), TorchRuntime.torchVersion()));
  }

  private static String words(LossScaling scaling) {
    if (scaling instanceof LossScaling.Dynamic dynamic) {
      return "dynamic from %s".formatted(Findings.plain(dynamic.initial()));
    }
    return scaling instanceof LossScaling.Static fixed
        ? "static %s".formatted(Findings.plain(fixed.scale()))
        : "none";
  }

  private static Gradients gradients(ValueCensus census, double currentScale) {
    LossScaleAdvice advice = LossScaleAdvice.of(census.gradients());
    ExponentHistogram all = census.allGradients();
    return new Gradients(
        advice,
        currentScale,
        ValueCensus.report("all", all),
        all.in(FloatFormat.FP16, Math.getExponent(currentScale)),
        all.in(FloatFormat.FP16, advice.exponent()),
        ValueCensus.report(census.gradientsOfActivations()),
        ValueCensus.report(census.gradientsOfWeights()));
  }

  private Memory memory(DoctorOptions options) {
    StepMemory step =
        StepMemory.of(parts.network(), image(), bytesPerValue(), parts.updateRule().slots().size());
    long limit = options.memoryBytes().orElseGet(() -> DeviceMemory.bytes(parts.device()));
    return new Memory(step, step.bytes(recipe.batchSize()), limit, step.largestBatch(limit));
  }

  private Roofline roofline() {
    MachinePeaks peaks = MachinePeaks.measure(parts.device(), parts.policy());
    return Roofline.of(parts.network(), image(), recipe.batchSize(), bytesPerValue(), peaks);
  }

  /** What a value takes here: an emulated one lies in fp32. */
  private int bytesPerValue() {
    Policy policy = parts.policy();
    return policy.compute().isReduced() && !policy.isEmulatedOn(parts.device())
        ? REDUCED_BYTES
        : FLOAT_BYTES;
  }

  private Set<String> matrices() {
    return parts.network().tensors().stream()
        .filter(tensor -> tensor.role().isWeightMatrix())
        .map(TensorSpec::name)
        .collect(Collectors.toUnmodifiableSet());
  }

  /** For fp32, what fp16 and bf16 would want: TF32 wants less. */
  private ComputeType tensorCoreType() {
    return parts.policy().compute() == ComputeType.TF32 ? ComputeType.TF32 : ComputeType.FP16;
  }

  private FeatureMap image() {
    int side = recipe.augment().imageSize();
    return new FeatureMap(parts.network().inputChannels(), side, side);
  }
}
