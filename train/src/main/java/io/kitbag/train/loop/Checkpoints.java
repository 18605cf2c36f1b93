package io.kitbag.train.loop;

import io.kitbag.models.weights.HostTensor;
import io.kitbag.models.weights.WeightsDigest;
import io.kitbag.train.ExitCode;
import io.kitbag.train.KitbagException;
import io.kitbag.train.checkpoint.Checkpoint;
import io.kitbag.train.checkpoint.CheckpointMetadata;
import io.kitbag.train.checkpoint.CheckpointStore;
import io.kitbag.train.recipe.CheckpointRecipe;
import io.kitbag.train.recipe.Recipe;
import io.kitbag.train.telemetry.Meters;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Saves a session and brings one back: exactly, so that it goes on as if nothing had happened. */
final class Checkpoints {

  private static final String SCALE = "lossScale";
  private static final String GOOD_STEPS = "lossScale.goodSteps";
  private static final String OVERFLOWS = "lossScale.overflowsInARow";
  private static final String SKIPPED = "lossScale.skippedSteps";

  private final CheckpointStore store;
  private final Recipe recipe;
  private final List<String> classes;
  private final Map<String, String> versions;
  private final LongSupplier nanoClock;
  private long lastNanos;
  private Optional<Saved> last = Optional.empty();

  /** What was written, or resumed from. */
  record Saved(Path file, String weightsSha256, Position position) {}

  Checkpoints(
      CheckpointStore store,
      Recipe recipe,
      List<String> classes,
      Map<String, String> versions,
      LongSupplier nanoClock) {
    this.store = store;
    this.recipe = recipe;
    this.classes = classes;
    this.versions = versions;
    this.nanoClock = nanoClock;
    this.lastNanos = nanoClock.getAsLong();
  }

  void save(TrainSession session, Position position, Meters meters) {
    Map<String, HostTensor> weights = session.network().values();
    String digest = WeightsDigest.sha256(weights);
    Map<String, Double> numbers = new HashMap<>(meters.totals());
    numbers.put(SCALE, session.scaler().scale());
    numbers.put(GOOD_STEPS, (double) session.scaler().goodSteps());
    numbers.put(OVERFLOWS, (double) session.scaler().overflowsInARow());
    session.rates().addTo(numbers);
    numbers.put(SKIPPED, (double) session.scaler().skippedSteps());
    numbers.put(Checkpoint.USES_AVERAGE, session.averaging().isUsed(position) ? 1.0 : 0.0);
    CheckpointMetadata metadata =
        new CheckpointMetadata(
            position.epoch(),
            position.batch(),
            position.step(),
            recipe.seed(),
            recipe.model().name(),
            classes,
            digest,
            recipe.toYaml(),
            numbers,
            versions);
    Path file = store.save(new Checkpoint(metadata, weights, session.state()));
    lastNanos = nanoClock.getAsLong();
    last = Optional.of(new Saved(file, digest, position));
  }

  /** Whether the newest checkpoint is of this position. */
  boolean isSaved(Position position) {
    return last.isPresent() && last.get().position().equals(position);
  }

  /** The newest checkpoint; there is one at the end of every run. */
  Saved last() {
    return last.orElseThrow();
  }

  /** Whether one is due after this step, by steps or by the clock. */
  boolean isDue(Position position) {
    CheckpointRecipe when = recipe.checkpoint();
    return when.everySteps() > 0 && position.step() % when.everySteps() == 0
        || when.everySeconds() > 0
            && nanoClock.getAsLong() - lastNanos >= when.everySeconds() * 1_000_000_000L;
  }

  /** Whether one is due after this many completed epochs. */
  boolean isDueAfterEpoch(int epochs) {
    int every = recipe.checkpoint().everyEpochs();
    return epochs == recipe.epochs() || every > 0 && epochs % every == 0;
  }

  /**
   * Continues from the newest whole checkpoint; without any, the run starts at the beginning.
   *
   * @throws KitbagException if the checkpoint is of another network or other classes
   */
  Position resume(TrainSession session, Meters meters) {
    var found = store.loadLatestValid();
    if (found.isEmpty()) {
      return Position.START;
    }
    Checkpoint checkpoint = found.get().checkpoint();
    CheckpointMetadata metadata = checkpoint.metadata();
    CheckpointFit.require(found.get().file(), metadata, recipe.model().name(), classes);
    if (metadata.seed() != recipe.seed()) {
      throw new KitbagException(
          ExitCode.USAGE,
          "%s was made with seed %d, not %d; resume with the same seed"
              .formatted(found.get().file(), metadata.seed(), recipe.seed()));
    }
    requireTheSame(versions.get(Teacher.DIGEST), metadata.versions().get(Teacher.DIGEST));
    session.load(checkpoint.weights(), checkpoint.state());
    Map<String, Double> numbers = metadata.numbers();
    session
        .scaler()
        .restore(
            numbers.get(SCALE),
            numbers.get(GOOD_STEPS).intValue(),
            numbers.getOrDefault(OVERFLOWS, 0.0).intValue(),
            numbers.get(SKIPPED).longValue());
    session.rates().restore(numbers);
    meters.restore(numbers);
    Position position =
        new Position(metadata.epoch(), metadata.batchInEpoch(), metadata.globalStep());
    last = Optional.of(new Saved(found.get().file(), metadata.weightsSha256(), position));
    return position;
  }

  private static void requireTheSame(@Nullable String teacher, @Nullable String saved) {
    if (!Objects.equals(teacher, saved)) {
      throw new KitbagException(
          ExitCode.USAGE,
          "the run was begun with %s, not with %s; resume with the same distill.teacher"
              .formatted(named(saved), named(teacher)));
    }
  }

  private static String named(@Nullable String teacher) {
    return teacher == null ? "no teacher" : "the teacher of sha256 " + teacher;
  }
}
