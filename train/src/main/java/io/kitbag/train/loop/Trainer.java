package io.kitbag.train.loop;

import io.kitbag.augment.CorruptImage;
import io.kitbag.augment.data.DataSummary;
import io.kitbag.optim.schedule.Epochs;
import io.kitbag.precision.Layout;
import io.kitbag.precision.NumericsGuard;
import io.kitbag.precision.TorchRuntime;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.data.Pipelines;
import io.kitbag.train.recipe.PrecisionRecipe;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.recipe.Recipes;
import io.kitbag.train.telemetry.Meters;
import io.kitbag.train.telemetry.MetricsLog;
import io.kitbag.train.telemetry.Provenance;
import io.kitbag.train.telemetry.RunDirectory;
import io.kitbag.train.telemetry.RunPage;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Trains a network as a recipe says, writes checkpoints and measurements, and can be stopped and
 * resumed anywhere: the result has the same bits on CPU as that of a run that was never stopped.
 *
 * <p>{@link #run} once, on one thread; {@link #requestStop} from any.
 */
public final class Trainer {

  private final Recipe recipe;
  private final RunOptions options;
  private final TrainingParts parts;
  private final Pipelines pipelines;
  private final Meters meters;
  private final RunPage page;
  private final AtomicBoolean stopRequested;

  @Inject
  public Trainer(
      Recipe recipe,
      RunOptions options,
      TrainingParts parts,
      Pipelines pipelines,
      Meters meters,
      RunPage page) {
    this(recipe, options, parts, pipelines, meters, page, new AtomicBoolean());
  }

  private Trainer(
      Recipe recipe,
      RunOptions options,
      TrainingParts parts,
      Pipelines pipelines,
      Meters meters,
      RunPage page,
      AtomicBoolean stopRequested) {
    this.recipe = recipe;
    this.options = options;
    this.parts = parts;
    this.pipelines = pipelines;
    this.meters = meters;
    this.page = page;
    this.stopRequested = stopRequested;
  }

  /** Ends the run after the current step, with a checkpoint. */
  public void requestStop() {
    stopRequested.set(true);
  }

  /**
   * Trains to the end, or until stopped.
   *
   * @throws KitbagException if the run directory holds a run already, cannot be written, or the
   *     numbers go wrong
   * @throws io.kitbag.augment.data.DatasetException if the images cannot be used
   */
  public TrainResult run() {
    Instant started = Instant.now();
    requireOneStep(recipe, pipelines);
    try (RunDirectory directory = openDirectory()) {
      TorchRuntime.setThreads(threads(recipe));
      TorchRuntime.benchmarkCudnn(recipe.runtime().cudnnBenchmark());
      if (recipe.precision().layout() == PrecisionRecipe.Layout.MEASURE) {
        return withLayout(layoutOfRun(directory)).run(directory, started);
      }
      return run(directory, started);
    }
  }

  /** The layout that the run has had so far; of one that starts, the faster. */
  private Layout layoutOfRun(RunDirectory directory) {
    if (options.resume()) {
      var found =
          CheckpointStore.open(directory.checkpoints(), recipe.checkpoint().keep())
              .loadLatestValid();
      if (found.isPresent()) {
        String text = found.get().checkpoint().metadata().recipe();
        var stored = Recipes.parse(text, found.get().file().toString()).precision().layout();
        if (stored != PrecisionRecipe.Layout.MEASURE) {
          return stored == PrecisionRecipe.Layout.NCHW ? Layout.NCHW : Layout.CHANNELS_LAST;
        }
      }
    }
    return LayoutChoice.measure(recipe, parts, pipelines, options.progress()::message);
  }

  private Trainer withLayout(Layout layout) {
    return new Trainer(
        recipe.with("precision.layout=" + LayoutChoice.label(layout)),
        options,
        parts.withPolicy(parts.policy().withLayout(layout)),
        pipelines,
        meters,
        page,
        stopRequested);
  }

  private TrainResult run(RunDirectory directory, Instant started) {
    options.progress().message(NumericsGuard.check(parts.policy(), parts.device()).toString());
    parts
        .teacher()
        .map(Teacher::policy)
        .filter(policy -> !policy.equals(parts.policy()))
        .map(policy -> "teacher: " + NumericsGuard.check(policy, parts.device()))
        .ifPresent(options.progress()::message);
    DataSummary.lines(pipelines.data()).forEach(options.progress()::message);
    Epochs epochs =
        new Epochs(pipelines.train().batchesPerEpoch() / recipe.optimizer().accumulate());
    try (TrainSession session = new TrainSession(parts, recipe, epochs, meters)) {
      return run(directory, session, provenance(started));
    }
  }

  private TrainResult run(RunDirectory directory, TrainSession session, Provenance provenance) {
    long start = System.nanoTime();
    Checkpoints checkpoints =
        new Checkpoints(
            CheckpointStore.open(directory.checkpoints(), recipe.checkpoint().keep()),
            recipe,
            pipelines.train().dataset().classes(),
            versions(provenance),
            System::nanoTime);
    Position position = begin(session, checkpoints);
    directory.write(directory.recipe(), recipe.toYaml());
    directory.write(directory.provenance(), provenance.toJson());
    try (MetricsLog log =
        MetricsLog.open(directory.metrics(), position.step() == 0 ? -1 : position.step())) {
      RunReport report =
          new RunReport(
              log,
              () -> page.update(directory.path()),
              meters,
              options.progress(),
              System::nanoTime);
      report.runBegins(
          position, pipelines.train().batchesPerEpoch() / recipe.optimizer().accumulate());
      TrainLoop loop =
          new TrainLoop(
              recipe,
              pipelines,
              session,
              checkpoints,
              report,
              meters,
              position,
              options.stopAfterSteps().orElse(Long.MAX_VALUE),
              stopRequested::get);
      try {
        loop.run();
      } catch (KitbagException e) {
        report.runFails();
        throw e;
      }
      List<CorruptImage> corrupt = pipelines.corruptImages();
      meters.corruptImages(corrupt.size());
      report.runEnds(checkpoints.last(), corrupt);
      return new TrainResult(
          loop.lastEval(),
          loop.lastAveragedEval(),
          session.averaging().isUsed(loop.position()),
          (System.nanoTime() - start) / 1e9,
          loop.position().epoch(),
          loop.position().step(),
          session.scaler().skippedSteps(),
          directory.path(),
          checkpoints.last().file(),
          checkpoints.last().weightsSha256(),
          loop.interrupted(),
          corrupt.size(),
          meters.shareOfWaiting());
    }
  }

  static void requireOneStep(Recipe recipe, Pipelines pipelines) {
    int images = pipelines.train().dataset().size() / recipe.data().world();
    if (recipe.imagesPerStep() > images) {
      int batches = recipe.optimizer().accumulate();
      throw new KitbagException(
          ExitCode.DATA,
          "batchSize %d%s exceeds the %d training images; lower batchSize"
              .formatted(
                  recipe.batchSize(),
                  batches == 1 ? "" : " times optimizer.accumulate " + batches,
                  images));
    }
  }

  private RunDirectory openDirectory() {
    Path path =
        options
            .runDirectory()
            .orElseGet(() -> RunDirectory.defaultPath(recipe.name(), LocalDateTime.now()));
    RunDirectory directory = RunDirectory.open(path);
    if (directory.hasRun() && !options.resume()) {
      directory.close();
      throw new KitbagException(
          ExitCode.USAGE,
          "%s holds a run already; continue it with --resume or choose another run directory"
              .formatted(path));
    }
    return directory;
  }

  private Position begin(TrainSession session, Checkpoints checkpoints) {
    Position position = options.resume() ? checkpoints.resume(session, meters) : Position.START;
    if (position.equals(Position.START)) {
      session.begin(
          FirstWeights.of(
              recipe,
              parts.network(),
              pipelines.train(),
              message -> options.progress().message(message)));
    } else {
      options
          .progress()
          .message(
              "resumed after %d epochs and %d batches, step %d"
                  .formatted(position.epoch(), position.batch(), position.step()));
    }
    return position;
  }

  private Map<String, String> versions(Provenance provenance) {
    Map<String, String> versions = new HashMap<>(provenance.versions());
    parts.teacher().ifPresent(teacher -> versions.put(Teacher.DIGEST, teacher.sha256()));
    return versions;
  }

  private Provenance provenance(Instant started) {
    return Provenance.collect(
        recipe.seed(),
        parts.device().isGpu() ? "gpu:" + parts.device().getDeviceId() : "cpu",
        new Provenance.EngineVersions(
            TorchRuntime.djlVersion(), "PyTorch " + TorchRuntime.torchVersion()),
        started);
  }

  static int threads(Recipe recipe) {
    int asked = recipe.runtime().threads();
    return asked > 0 ? asked : Runtime.getRuntime().availableProcessors();
  }
}
